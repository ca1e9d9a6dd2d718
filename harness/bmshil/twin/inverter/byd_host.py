"""What an inverter on a BYD Battery-Box HVS reads: big-endian, and slow.

Source: dalathegreat/Battery-Emulator, BYD-CAN, which real inverters accept. 0x110 comes every 2 s, the rest
every 10 s, alarms every 60 s with a meaning that nobody has published.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter.frames import Limits, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    Data = bytes | bytearray

LIMITS, STATE, MEASUREMENTS = 0x110, 0x150, 0x1D0
UNREAD = (0x190, 0x210, 0x250, 0x290, 0x2D0, 0x3D0)
ROLES: Mapping[str, int] = {"limits": LIMITS, "state": STATE, "measured": MEASUREMENTS}
FRESH = 25.0
"""Two of the slower messages, s."""

_LIMITS = Struct(">HHHH")
_STATE = Struct(">HHHH")
_MEASURED = Struct(">Hhh")


def read_limits(data: Data, _before: Limits | None) -> Limits | None:
    """Read 0x110, where the discharge current stands before the charge current."""
    if len(data) < _LIMITS.size:
        return None
    cvl, dvl, dcl, ccl = _LIMITS.unpack_from(data)
    return Limits(cvl / 10, ccl / 10, dcl / 10, dvl / 10)


def read_soc(data: Data) -> float | None:
    """Read the state of charge in 0x150, in steps of 0.01 %."""
    return _STATE.unpack_from(data)[0] / 10_000 if len(data) >= _STATE.size else None


def read_capacity(data: Data) -> float | None:
    """Read the full capacity in 0x150, Ah."""
    return _STATE.unpack_from(data)[3] / 10 if len(data) >= _STATE.size else None


def read_measured(data: Data) -> Measured | None:
    """Read 0x1D0."""
    if len(data) < _MEASURED.size:
        return None
    voltage, current, temperature = _MEASURED.unpack_from(data)
    return Measured(voltage / 10, current / 10, temperature / 10)
