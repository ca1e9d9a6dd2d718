"""What a Sofar reads of each battery, and what it asks besides.

Source: dalathegreat/Battery-Emulator, SOFAR-CAN, which real inverters accept: 29-bit identifiers base +
(battery << 12), little-endian, 0.1 V in 0x356, permissions in 0x30F. Alarms in 0x35A: assumed as SMA
FSS-ConnectingBat-TI-en-10 has them.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter.frames import Ask, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    Data = bytes | bytearray

PERMISSIONS = 0x30F
ANSWERS = (0x683, 0x684, 0x685, 0x690)
ROLES: Mapping[str, int] = {"limits": 0x351, "state": 0x355, "measured": 0x356, "requests": PERMISSIONS}

ASKS = tuple(
    Ask(query, True, bytes((kind, 0, 0, 0, 0, 0, 0, 0)), every=10)
    for query in (0x605, 0x705)
    for kind in range(4)
)
_MEASURED = Struct("<hhh")


def read_measured(data: Data) -> Measured | None:
    """Read 0x356, whose voltage has steps of 0.1 V; None when it is too short."""
    if len(data) < _MEASURED.size:
        return None
    voltage, current, temperature = _MEASURED.unpack_from(data)
    return Measured(voltage / 10, current / 10, temperature / 10)


def read_permissions(data: Data) -> tuple[bool, bool]:
    """Read whether 0x30F permits charging and discharging; an empty frame forbids nothing."""
    return (not data or bool(data[0] & 0x02), not data or bool(data[0] & 0x01))
