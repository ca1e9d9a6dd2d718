"""What a Deye PCS hears, and what it says.

Source: Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3 (translated): 0x351 binds off grid, 0x371 on grid;
current in 0x356 is positive while discharging; 0x359 is a table of its own; 0x305 carries the time, and
follows each 0x356 (Sleeper85/esphome-jk-bms-can 48). Little-endian.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.frames import Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.twin.inverter.hearing import Data
    from bmshil.twin.inverter.memory import Pack
    from bmshil.twin.inverter.sunny_island import Telemetry

LIMITS_ON_GRID = 0x371
MODULES = 0x364
UNREAD = (0x361, 0x363)
OF_EACH_PACK = (0x110, 0x150, 0x200, 0x250, 0x400, 0x500, 0x550, 0x600, 0x650, 0x700, 0x750)
"""At base + (address - 1). The document tells of one reading: 0x500 is compared with 0x363 before an update.
Nothing in them is said to bind the power stage, so the twin overlooks them."""

_START = datetime(2026, 1, 1, tzinfo=UTC)  # what its clock shows when the bench begins

_MEASURED = Struct("<hhh")
_PAIR = Struct("<hh")
_NAME = Struct("<H")
_CAPACITY_AT = 6

# Byte and bit of each condition; bytes 4 and 5 warn with the same bits as bytes 0 and 1.
_BITS = (
    (0, 0x01, frames.HIGH_VOLTAGE),
    (0, 0x02, frames.LOW_VOLTAGE),
    (0, 0x04, frames.HIGH_VOLTAGE),
    (0, 0x08, frames.LOW_VOLTAGE),
    (0, 0x10, frames.CHARGE_CURRENT),
    (0, 0x20, frames.DISCHARGE_CURRENT),
    (0, 0x40, frames.HIGH_TEMPERATURE),
    (0, 0x80, frames.LOW_TEMPERATURE),
    (1, 0x01, frames.HIGH_TEMPERATURE),
    (1, 0x02, frames.LOW_TEMPERATURE),
)
_INTERNAL = (2, 3, 6)  # bytes whose bits all mean that something is broken
_TWICE = 0x80  # of byte 3: two batteries with one address
_WARNINGS = 4


def read_measured(data: Data) -> Measured | None:
    """Read 0x356; None when it is too short."""
    if len(data) < _MEASURED.size:
        return None
    volts, amperes, degrees = _MEASURED.unpack_from(data)
    return Measured(volts / 100, -amperes / 10, degrees / 10)


def read_alarms(data: Data) -> int:
    """Read faults and warnings in 0x359; missing bytes say nothing."""
    word = 0
    for byte, bit, condition in _BITS:
        if byte < len(data) and data[byte] & bit:
            word |= condition
        if byte + _WARNINGS < len(data) and data[byte + _WARNINGS] & bit:
            word |= condition << frames.WARNING_SHIFT
    if any(byte < len(data) and data[byte] for byte in _INTERNAL):
        word |= frames.INTERNAL
    return word


def read_no_modules(_data: Data) -> None:
    """0x359 counts nothing here."""


def modules(pack: Pack, data: Data) -> None:
    """Take the number of modules in normal operation in."""
    pack.modules = data[0] if data else None


def limits_on_grid(pack: Pack, data: Data) -> None:
    """Take the currents in that bind while the grid is there."""
    if len(data) >= _PAIR.size:
        charge, discharge = _PAIR.unpack_from(data)
        if charge >= 0 and discharge >= 0:
            pack.on_grid = (charge / 10, discharge / 10)


def name(pack: Pack, data: Data) -> None:
    """Take the capacity in that follows the name, Ah."""
    if len(data) >= _CAPACITY_AT + _NAME.size:
        pack.capacity = _NAME.unpack_from(data, _CAPACITY_AT)[0] / 10


def speak(now: Telemetry) -> Mapping[int, bytes]:
    """Return its clock."""
    clock = _START + timedelta(seconds=now.clock)
    return {
        0x305: bytes(
            (clock.second, clock.minute, clock.hour, clock.day, clock.month, clock.year - 2000, 0, 0)
        )
    }
