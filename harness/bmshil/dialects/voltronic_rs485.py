"""Voltronic "BMS 485" (Axpert, PI30 family): like Modbus RTU, with a length of two bytes that counts words.

What the bits of the warnings and protections at 37H to 3EH mean stands in no source at hand: they read 0, and
what is raised shows in the states at 60H to 69H, with the numbers that Pylontech uses for such states.

Source: Voltronic Inverter and BMS 485 communication protocol 2020-12-02; a reply of a JK PB that speaks it;
the states at 60H: public firmware that reads them.
"""

from __future__ import annotations

from struct import pack as packed
from struct import unpack
from typing import TYPE_CHECKING

from bmshil.dialects.modbus import Block, Field, Layout, Tell, Value, nobody, sealed
from bmshil.dialects.modbus.crc import opened
from bmshil.dialects.pack_piece import PackPiece
from bmshil.dialects.report import NO_ALARM, Alarm
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport

COMMON = 1
"""Device address under which any pack may answer for all."""

MOST_CELLS, MOST_SENSORS = 20, 10
CHARGE_ENABLED, DISCHARGE_ENABLED, EMPTY, NEARLY_EMPTY = 1 << 7, 1 << 6, 1 << 5, 1 << 4
LOW, HIGH = 1, 2
FIRST = 0x10

STATES = {
    0x60: (Alarm.CELL_HIGH_VOLTAGE, HIGH),  # module, charging
    0x61: (Alarm.CELL_LOW_VOLTAGE, LOW),  # module, discharging
    0x62: (Alarm.CELL_HIGH_VOLTAGE, HIGH),  # cell, charging
    0x63: (Alarm.CELL_LOW_VOLTAGE, LOW),  # cell, discharging
    0x64: (Alarm.CHARGE_OVERCURRENT, HIGH),
    0x65: (Alarm.DISCHARGE_OVERCURRENT, HIGH),
}
HEAT_STATES = (0x66, 0x67, 0x68, 0x69)
"""Module and cell, each charging and discharging: too warm or too cold."""


def _at(register: int) -> int:
    return 2 * (register - FIRST)


IDENTITY = Layout(
    10,
    Field("type", 0, "u16"),
    Field("version", 2, "u16"),
    Field("firmware", 4, "u32"),
    Field("hardware", 8, "u16"),
)
"""Registers 1H to 5H. The type of an emulated pack is 0, because no source lists the types."""

LAYOUT = Layout(
    _at(0x78),
    Field("cell_count", _at(0x10), "u16"),
    Field("cells", _at(0x11), "u16", 0.1, count=MOST_CELLS),
    Field("sensor_count", _at(0x25), "u16"),
    Field("sensors", _at(0x26), "u16", 0.1, -273.1, count=MOST_SENSORS),
    Field("charge_current", _at(0x30), "u16", 0.1),
    Field("discharge_current", _at(0x31), "u16", 0.1),
    Field("voltage", _at(0x32), "u16", 0.1),
    Field("soc", _at(0x33), "u16", 0.01),
    Field("capacity", _at(0x34), "u32", 0.001),
    Field("packs", _at(0x36), "u16"),
    Field("states", _at(0x60), "u16", count=10),
    Field("cvl", _at(0x70), "u16", 0.1),
    Field("dvl", _at(0x71), "u16", 0.1),
    Field("ccl", _at(0x72), "u16", 0.1),
    Field("dcl", _at(0x73), "u16", 0.1),
    Field("status", _at(0x74), "u16"),
    Field("remaining", _at(0x76), "u32", 0.001),
)


def encode(pack: PackData, tell: Tell = nobody) -> tuple[Block, ...]:
    """Return the registers of one pack, or of what ``aggregate`` made of several: those at 1H and at 10H."""
    report = pack.report
    values: dict[str, Value] = {
        "cell_count": len(pack.cells[:MOST_CELLS]),
        "cells": pack.cells[:MOST_CELLS],
        "sensor_count": len(pack.temperatures[:MOST_SENSORS]),
        "sensors": pack.temperatures[:MOST_SENSORS],
        "charge_current": max(0.0, report.current),
        "discharge_current": max(0.0, -report.current),
        "voltage": report.voltage,
        "soc": report.soc,
        "capacity": report.capacity,
        "packs": report.modules,
        "states": _states(report.protections | report.alarms),
        "cvl": report.cvl,
        "dvl": report.dvl,
        "ccl": report.ccl,
        "dcl": report.dcl,
        "status": _status(pack),
        "remaining": pack.remaining,
    }
    major, minor = pack.version
    identity: dict[str, Value] = {"version": major << 8 | minor, "firmware": major << 8 | minor}
    return Block(0x01, IDENTITY.encode(identity)), Block(FIRST, LAYOUT.encode(values, tell=tell))


def decode(image: bytes) -> PackPiece:
    """Read registers from 10H to 77H.

    Raises:
        CodecError: they are not all there.
    """
    if len(image) < LAYOUT.size:
        raise CodecError(f"voltronic registers: {len(image)} bytes, but {LAYOUT.size} belong to 10H to 77H")
    told = LAYOUT.decode(image)
    values = {name: value for name, value in told.items() if isinstance(value, (int, float))}
    cells, sensors, states = (
        value if isinstance(value, tuple) else ()
        for value in (told["cells"], told["sensors"], told["states"])
    )
    status = round(values["status"])
    report: PartialReport = {
        "cvl": values["cvl"],
        "dvl": values["dvl"],
        "ccl": values["ccl"],
        "dcl": values["dcl"],
        "soc": values["soc"],
        "voltage": values["voltage"],
        "current": values["charge_current"] - values["discharge_current"],
        "charge_enabled": bool(status & CHARGE_ENABLED),
        "discharge_enabled": bool(status & DISCHARGE_ENABLED),
        "alarms": _raised(states),
        "modules": round(values["packs"]),
        "capacity": values["capacity"],
    }
    return PackPiece(
        report,
        cells[: round(values["cell_count"])],
        sensors[: round(values["sensor_count"])],
        values["remaining"],
    )


def read_reply(device: int, function: int, words: Sequence[int]) -> bytes:
    """Return the reply that carries registers: two bytes of length, in words."""
    return sealed(packed(f">BBH{len(words)}H", device, function, len(words), *words))


def words_of(reply: bytes) -> tuple[int, ...]:
    """Return the registers that a reply carries.

    Raises:
        CodecError: a wrong check sum or length, as of a reply of standard Modbus.
    """
    body = opened(reply)
    if len(body) < 4 or len(body) != 4 + 2 * int.from_bytes(body[2:4], "big"):
        raise CodecError(f"voltronic reply {reply.hex(' ')}: its length does not count its words")
    return unpack(f">{len(body) // 2 - 2}H", body[4:])


def _states(raised: Alarm) -> tuple[int, ...]:
    heat = HIGH if Alarm.HIGH_TEMPERATURE in raised else LOW if Alarm.LOW_TEMPERATURE in raised else 0
    return (
        *(level if alarm in raised else 0 for alarm, level in STATES.values()),
        *(heat,) * len(HEAT_STATES),
    )


def _raised(states: Sequence[float]) -> Alarm:
    raised = NO_ALARM
    for state, (alarm, level) in zip(states, STATES.values(), strict=False):
        raised |= alarm if state == level else NO_ALARM
    for state in states[len(STATES) :]:
        raised |= {HIGH: Alarm.HIGH_TEMPERATURE, LOW: Alarm.LOW_TEMPERATURE}.get(round(state), NO_ALARM)
    return raised


def _status(pack: PackData) -> int:
    report = pack.report
    percent = round(100 * report.soc)
    return (
        (CHARGE_ENABLED if report.charge_enabled else 0)
        | (DISCHARGE_ENABLED if report.discharge_enabled else 0)
        | (EMPTY if percent <= 9 else 0)
        | (NEARLY_EMPTY if 9 < percent <= 14 else 0)
    )
