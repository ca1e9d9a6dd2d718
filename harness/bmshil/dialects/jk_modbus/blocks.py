"""A pack as the registers of a JK PB, and registers back to what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bmshil.dialects.jk_modbus import alarms
from bmshil.dialects.jk_modbus.layout import (
    DATA,
    DATA_LAYOUT,
    INFO,
    INFO_LAYOUT,
    MOST_CELLS,
    SETTINGS,
    SETTINGS_LAYOUT,
    STEP,
)
from bmshil.dialects.modbus import Block, Tell, Value, nobody
from bmshil.dialects.pack_piece import PackPiece

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport

COLDEST = -100.0
"""What is below is no temperature but a sensor that is not there, degC."""


def blocks(pack: PackData, address: int, tell: Tell = nobody) -> tuple[Block, ...]:
    """Return all registers that can be read.

    What no emulated pack knows of (delays, wire resistances, counters of time) reads 0.

    Args:
        pack: one pack.
        address: of the device, 0..15.
        tell: is called for each value that does not fit.
    """
    return (
        Block(SETTINGS, SETTINGS_LAYOUT.encode(settings(pack, address), tell=tell), STEP),
        Block(DATA, DATA_LAYOUT.encode(data(pack), tell=tell), STEP),
        Block(INFO, INFO_LAYOUT.encode(info(pack), tell=tell), STEP),
    )


def settings(pack: PackData, address: int) -> dict[str, Value]:
    """Return the values of the block at 1000H: limits of the pack, its voltages divided by its cells."""
    report = pack.report
    cells = max(1, len(pack.cells))
    return {
        "cell_undervoltage": report.dvl / cells,
        "cell_overvoltage": report.cvl / cells,
        "request_charge": report.cvl / cells,
        "float": report.cvl / cells,
        "power_off": report.dvl / cells,
        "charge_current": report.ccl,
        "discharge_current": report.dcl,
        "cell_count": len(pack.cells),
        "charge_enabled": report.charge_enabled,
        "discharge_enabled": report.discharge_enabled,
        "capacity": report.capacity,
        "device_address": address,
    }


def data(pack: PackData) -> dict[str, Value]:
    """Return the values of the block at 1200H: what the pack measures."""
    report, cells = pack.report, pack.cells[:MOST_CELLS]
    values: dict[str, Value] = {
        "cells": cells,
        "cell_mask": (1 << len(cells)) - 1,
        "board_temperature": pack.temperatures[0] if pack.temperatures else None,
        "voltage": report.voltage,
        "power": abs(report.voltage * report.current),
        "current": report.current,
        "temperatures_1_2": pack.temperatures[1:3],
        "alarms": alarms.encode(report.protections | report.alarms),
        "soc": report.soc,
        "remaining": pack.remaining,
        "full": report.capacity,
        "cycles": pack.cycles,
        "soh": report.soh,
        "charging": report.charge_enabled,
        "discharging": report.discharge_enabled,
        "voltage_short": report.voltage,
        "temperatures_3_5": pack.temperatures[3:6],
    }
    if cells:
        values |= {
            "cell_average": sum(cells) / len(cells),
            "cell_difference": max(cells) - min(cells),
            "highest_cell": cells.index(max(cells)),
            "lowest_cell": cells.index(min(cells)),
        }
    return values


def info(pack: PackData) -> dict[str, Value]:
    """Return the values of the block at 1400H: what the device is. Both serial ports speak protocol 001."""
    major, minor = pack.version
    return {
        "model": pack.name,
        "hardware": f"V{major}.0",
        "software": f"{major}.{minor:02}",
        "uart1_protocol": 1,
        "uart2_protocol": 1,
    }


def read_settings(image: bytes, order: Literal["big", "little"] = "big") -> PackPiece:
    """Read the block at 1000H from its first byte on."""
    values = _numbers(SETTINGS_LAYOUT.decode(image, order))
    cells = values["cell_count"]
    report: PartialReport = {
        "cvl": values["request_charge"] * cells,
        "dvl": values["power_off"] * cells,
        "ccl": values["charge_current"],
        "dcl": values["discharge_current"],
        "charge_enabled": bool(values["charge_enabled"]),
        "discharge_enabled": bool(values["discharge_enabled"]),
        "capacity": values["capacity"],
    }
    return PackPiece(report)


def read_data(image: bytes, order: Literal["big", "little"] = "big") -> PackPiece:
    """Read the block at 1200H from its first byte on."""
    told = DATA_LAYOUT.decode(image, order)
    values = _numbers(told)
    mask = round(values["cell_mask"])
    cells = tuple(cell for index, cell in enumerate(_row(told["cells"])) if mask >> index & 1)
    sensors = (
        values["board_temperature"],
        *_row(told["temperatures_1_2"]),
        *_row(told.get("temperatures_3_5", ())),
    )
    report: PartialReport = {
        "soc": values["soc"],
        "soh": values["soh"],
        "voltage": values["voltage"],
        "current": values["current"],
        "alarms": alarms.decode(round(values["alarms"])),
        "charge_enabled": bool(values["charging"]),
        "discharge_enabled": bool(values["discharging"]),
        "capacity": values["full"],
    }
    if cells:
        report |= {"cell_max": max(cells), "cell_min": min(cells)}
    return PackPiece(
        report,
        cells,
        tuple(sensor for sensor in sensors if sensor > COLDEST),
        values["remaining"],
        round(values["cycles"]),
    )


def _numbers(values: Mapping[str, Value]) -> dict[str, float]:
    return {name: value for name, value in values.items() if isinstance(value, (int, float))}


def _row(value: Value) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else ()
