"""Growatt 1xSxxP ESS over RS485: Modbus RTU with function 03, the box that speaks for the packs is device 1.

What the bits of the error register (14H) and of the warning register (22H) mean stands in no source at hand:
they read 0, and a protection shows as the error bit and the enable bits of the status.

Source: Growatt BMS RS485 Protocol 1xSxxP ESS V2.02; replies of a JK PB that speaks it.
"""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

from bmshil.dialects.modbus import Block, Field, Layout, Tell, Value, nobody
from bmshil.dialects.pack_piece import PackPiece
from bmshil.dialects.report import Alarm

if TYPE_CHECKING:
    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport

BOX = 1
"""Device address of the box."""

HANDSHAKE = 0x13
"""Register that an inverter writes when it starts to speak."""

GREETINGS = frozenset({0x0000, 0x0C00})
"""What it may write there."""

FIRST, MOST_CELLS = 0x10, 16

SAME_NAME = ("soc", "voltage", "current", "temperature", "ccl", "soh", "cvl", "dcl", "cell_max", "cell_min")
"""Fields that are called as in a report."""

FLOWING = 0.1
"""A from which a current counts as one; the document has no figure."""


class Status(IntFlag):
    """Bits of register 13H."""

    SOFT_START = 0b00
    STANDBY = 0b01
    CHARGING = 0b10
    DISCHARGING = 0b11
    ERROR = 1 << 2
    BALANCING = 1 << 3
    SLEEPING = 1 << 4
    DISCHARGE_ENABLED = 1 << 5
    CHARGE_ENABLED = 1 << 6
    TERMINAL = 1 << 7
    SP_1 = 1 << 10
    FORCE_CHARGE = 1 << 12


def _at(register: int) -> int:
    return 2 * (register - FIRST)


LAYOUT = Layout(
    _at(0x81),
    Field("gauge_current", _at(0x10), "s16", 0.01),
    Field("status", _at(0x13), "u16"),
    Field("soc", _at(0x15), "u16", 0.01),
    Field("voltage", _at(0x16), "u16", 0.01),
    Field("current", _at(0x17), "s16", 0.01),
    Field("temperature", _at(0x18), "s16"),
    Field("ccl", _at(0x19), "u16", 0.01),
    Field("remaining", _at(0x1A), "u16", 0.01),
    Field("full", _at(0x1B), "u16", 0.01),
    Field("cycles", _at(0x1E), "u16"),
    Field("box", _at(0x1F), "u16"),
    Field("soh", _at(0x20), "u16", 0.01),
    Field("cvl", _at(0x21), "u16", 0.01),
    Field("dcl", _at(0x23), "u16", 0.01),
    Field("cell_max", _at(0x25), "u16", 0.001),
    Field("cell_min", _at(0x26), "u16", 0.001),
    Field("highest_cell", _at(0x27), "u16"),
    Field("lowest_cell", _at(0x28), "u16"),
    Field("series", _at(0x29), "u16"),
    Field("cells", _at(0x71), "u16", 0.001, count=MOST_CELLS),
)


def encode(pack: PackData, *, balancing: bool = False, tell: Tell = nobody) -> Block:
    """Return the registers.

    Args:
        pack: what the box speaks for: one pack, or all as one.
        balancing: whether it balances its cells.
        tell: is called for each value that does not fit, as a capacity of more than 655 Ah.
    """
    report, cells = pack.report, pack.cells[:MOST_CELLS]
    values: dict[str, Value] = {
        "gauge_current": report.current,
        "status": _status(pack, balancing=balancing),
        "soc": report.soc,
        "voltage": report.voltage,
        "current": report.current,
        "temperature": report.temperature,
        "ccl": report.ccl,
        "remaining": pack.remaining,
        "full": report.capacity,
        "cycles": pack.cycles,
        "box": BOX,
        "soh": report.soh,
        "cvl": report.cvl,
        "dcl": report.dcl,
        "cell_max": report.cell_max,
        "cell_min": report.cell_min,
        "series": len(pack.cells),
        "cells": cells,
    }
    if cells:
        values["highest_cell"] = cells.index(max(cells)) + 1
        values["lowest_cell"] = cells.index(min(cells)) + 1
    return Block(FIRST, LAYOUT.encode(values, tell=tell))


def decode(image: bytes) -> PackPiece:
    """Read registers from 10H on; what the image does not reach is absent.

    The document has one temperature, which is the only one here.
    """
    told = LAYOUT.decode(image)
    values = {name: value for name, value in told.items() if isinstance(value, (int, float))}
    report: PartialReport = {}
    for name in SAME_NAME:
        if name in values:
            report[name] = values[name]  # type: ignore[literal-required]  # one of the names above
    if "full" in values:
        report["capacity"] = values["full"]
    if "status" in values:
        status = Status(round(values["status"]))
        report["charge_enabled"] = Status.CHARGE_ENABLED in status
        report["discharge_enabled"] = Status.DISCHARGE_ENABLED in status
        report["force_charge_1"] = Status.FORCE_CHARGE in status
        if Status.ERROR in status:
            report["protections"] = Alarm.INTERNAL
    cells = told.get("cells", ())
    return PackPiece(
        report,
        tuple(cell for cell in cells if cell) if isinstance(cells, tuple) else (),
        (values["temperature"],) if "temperature" in values else (),
        values.get("remaining"),
        round(values["cycles"]) if "cycles" in values else None,
    )


def _status(pack: PackData, *, balancing: bool) -> Status:
    report = pack.report
    status = Status.STANDBY
    if report.current > FLOWING:
        status = Status.CHARGING
    elif report.current < -FLOWING:
        status = Status.DISCHARGING
    for bit, holds in (
        (Status.ERROR, bool(report.protections)),
        (Status.BALANCING, balancing),
        (Status.DISCHARGE_ENABLED, report.discharge_enabled),
        (Status.CHARGE_ENABLED, report.charge_enabled),
        (Status.SP_1, True),  # as the one capture has it
        (Status.FORCE_CHARGE, report.force_charge_1 or report.force_charge_2),
    ):
        status |= bit if holds else Status(0)
    return status
