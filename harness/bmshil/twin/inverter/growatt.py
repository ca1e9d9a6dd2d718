"""What a Growatt reads out of the answers to its poll: big-endian throughout.

Source: Growatt BMS CAN-Bus-protocol low voltage V1.04 (0x311, 0x312, 0x313, 0x314, 0x319).
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.frames import Limits, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.twin.inverter.hearing import Hear
    from bmshil.twin.inverter.memory import Pack

    Data = bytes | bytearray

LIMITS, PROTECTIONS, MEASUREMENTS, CAPACITY, REQUESTS = 0x311, 0x312, 0x313, 0x314, 0x319
UNREAD = (0x320, 0x321)
ROLES: Mapping[str, int] = {
    "limits": LIMITS,
    "state": MEASUREMENTS,
    "measured": MEASUREMENTS,
    "requests": REQUESTS,
}

_MEASURED = ">hhhB"
_LIMITS = ">HHH"
# Bytes 0 and 1: what it acted on; the same order in bytes 2 and 3 warns.
_BITS = (
    (0, 0x80, frames.DISCHARGE_CURRENT),
    (0, 0x40, frames.CHARGE_CURRENT),
    (0, 0x20, frames.INTERNAL),  # short circuit
    (0, 0x10, frames.HIGH_VOLTAGE),
    (0, 0x08, frames.LOW_VOLTAGE),
    (0, 0x04, frames.HIGH_VOLTAGE),  # of the module
    (0, 0x02, frames.LOW_VOLTAGE),
    (0, 0x01, frames.INTERNAL),  # soft start failed
    (1, 0xC0, frames.HIGH_TEMPERATURE),
    (1, 0x30, frames.LOW_TEMPERATURE),
    (1, 0x0C, frames.INTERNAL),  # system error, cells differ
)
_TURN_OFF_OR_LINK = 0x03  # only in byte 3: the pack turns off soon, its internal communication failed


def hears(*, big_endian: bool = True) -> dict[int, Hear]:
    """Return what it listens to; without ``big_endian`` it reads every number the wrong way round."""
    order = ">" if big_endian else "<"
    limits, measured, full = (Struct(order + text[1:]) for text in (_LIMITS, _MEASURED, ">HH"))

    def read_limits(data: Data, _before: Limits | None) -> Limits | None:
        if len(data) < limits.size:
            return None
        cvl, ccl, dcl = limits.unpack_from(data)
        return Limits(cvl / 10, ccl / 10, dcl / 10, None)

    def hear_limits(pack: Pack, data: Data) -> None:
        pack.hear_limits(data, read_limits)

    def hear_measured(pack: Pack, data: Data) -> None:
        if len(data) >= measured.size:
            voltage, current, temperature, soc = measured.unpack_from(data)
            pack.measured = Measured(voltage / 100, current / 10, temperature / 10)
            pack.hear_soc(soc / 100)

    def hear_capacity(pack: Pack, data: Data) -> None:
        if len(data) >= full.size:
            pack.capacity = full.unpack_from(data)[1] / 100

    return {
        LIMITS: hear_limits,
        PROTECTIONS: _protections,
        MEASUREMENTS: hear_measured,
        CAPACITY: hear_capacity,
        REQUESTS: _requests,
        **dict.fromkeys(UNREAD, _nothing),
    }


def _nothing(_pack: Pack, _data: Data) -> None:
    """Show it, and obey nothing of it."""


def _protections(pack: Pack, data: Data) -> None:
    word = 0
    for byte, bits, condition in _BITS:
        if byte < len(data) and data[byte] & bits:
            word |= condition
        if byte + 2 < len(data) and data[byte + 2] & bits:
            word |= condition << frames.WARNING_SHIFT
    if len(data) > 3 and data[3] & _TURN_OFF_OR_LINK:
        word |= frames.INTERNAL << frames.WARNING_SHIFT
    pack.alarms = word
    pack.modules = data[4] if len(data) > 4 else None


def _requests(pack: Pack, data: Data) -> None:
    if data:
        pack.charge_allowed, pack.discharge_allowed = bool(data[0] & 0x80), bool(data[0] & 0x40)
