"""What a host of Pylontech HV piles reads out of their answers, in the variant that its menu offers.

Source: Pylontech CANBUS Protocol of High Voltage system V1.18 2019-05-30; the variants (byte order, no offset
of the currents, a negative discharge limit) are what dalathegreat/Battery-Emulator and diyBMSv4ESP32 had to
send so that inverters took them.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.frames import Limits, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.twin.inverter.hearing import Hear
    from bmshil.twin.inverter.memory import Pack

    Data = bytes | bytearray

MEASUREMENTS, LIMITS, STATUS, FORBIDDEN, EQUIPMENT = 0x4210, 0x4220, 0x4250, 0x4280, 0x7320
UNREAD = (0x4230, 0x4240, 0x4260, 0x4270, 0x4290, 0x7310, 0x7330, 0x7340)
ROLES: Mapping[str, int] = {
    "limits": LIMITS,
    "state": MEASUREMENTS,
    "measured": MEASUREMENTS,
    "requests": FORBIDDEN,
}

_OFFSET = 30000
_LEAST, _MOST = Struct("<HHHH"), Struct(">HHHH")
_COLD = 100.0
_NO = 0xAA
# Bits of the alarms (bytes 4 and 5) and of the protections (bytes 6 and 7) of 0x4250.
_CONDITIONS = (
    (0x405, frames.LOW_VOLTAGE),
    (0x80A, frames.HIGH_VOLTAGE),
    (0x050, frames.LOW_TEMPERATURE),
    (0x0A0, frames.HIGH_TEMPERATURE),
    (0x100, frames.CHARGE_CURRENT),
    (0x200, frames.DISCHARGE_CURRENT),
)


class Host(NamedTuple):
    """How a host takes what the document leaves open, or what others do otherwise."""

    most_significant_first: bool = False
    offset: bool = True
    discharge_negative: bool = False

    def hears(self) -> dict[int, Hear]:
        """Return what it listens to."""
        return {
            MEASUREMENTS: self.measurements,
            LIMITS: self.limits,
            STATUS: self.status,
            FORBIDDEN: _forbidden,
            EQUIPMENT: self.equipment,
            **dict.fromkeys(UNREAD, _nothing),
        }

    def measurements(self, pack: Pack, data: Data) -> None:
        """Read 0x4210."""
        words = self._words(data)
        if words:
            voltage, current, temperature, _ = words
            pack.measured = Measured(voltage / 10, self._amperes(current), temperature / 10 - _COLD)
            pack.hear_soc(data[6] / 100)

    def limits(self, pack: Pack, data: Data) -> None:
        """Read 0x4220."""
        pack.hear_limits(data, self._read_limits)

    def status(self, pack: Pack, data: Data) -> None:
        """Read 0x4250."""
        words = self._words(data)
        if not words:
            return
        word = frames.INTERNAL if data[3] else 0
        _, _, warned, acted = words
        for bits, condition in _CONDITIONS:
            word |= condition if acted & bits else 0
            word |= condition << frames.WARNING_SHIFT if warned & bits else 0
        pack.alarms = word

    def equipment(self, pack: Pack, data: Data) -> None:
        """Read the capacity in 0x7320."""
        words = self._words(data)
        if words:
            pack.capacity = float(words[3])

    def _read_limits(self, data: Data, _before: Limits | None) -> Limits | None:
        words = self._words(data)
        if not words:
            return None
        cvl, dvl, charge, discharge = words
        sign = -1 if self.discharge_negative else 1
        return Limits(cvl / 10, self._amperes(charge), sign * self._amperes(discharge), dvl / 10)

    def _words(self, data: Data) -> tuple[int, ...]:
        """Return four words of 16 bits; nothing of a frame that is too short for them."""
        reader = _MOST if self.most_significant_first else _LEAST
        return reader.unpack_from(data) if len(data) >= reader.size else ()

    def _amperes(self, raw: int) -> float:
        return (raw - _OFFSET if self.offset else (raw ^ 0x8000) - 0x8000) / 10


def _nothing(_pack: Pack, _data: Data) -> None:
    """Know that it came."""


def _forbidden(pack: Pack, data: Data) -> None:
    if len(data) > 1:
        pack.charge_allowed, pack.discharge_allowed = data[0] != _NO, data[1] != _NO
