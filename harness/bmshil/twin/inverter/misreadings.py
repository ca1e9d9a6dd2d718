"""Wrong ways to read 0x351, as programs in the field have them: entries of the menu for bad devices.

Sources: the SMA driver of dalathegreat/Battery-Emulator has the discharge limit where the charge limit
belongs, and the high byte first; both are what a device reads that was written the same way.
"""

from __future__ import annotations

from dataclasses import replace
from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter import frames, hearing

if TYPE_CHECKING:
    from bmshil.twin.inverter.frames import Limits
    from bmshil.twin.inverter.hearing import Data
    from bmshil.twin.inverter.read_sets import ReadSet

_HIGH_BYTE_FIRST = Struct(">Hhh")


def _exchanged(data: Data, _before: Limits | None) -> Limits | None:
    limits = frames.read_limits(data)
    return None if limits is None else limits._replace(ccl=limits.dcl, dcl=limits.ccl)


def _high_byte_first(data: Data, _before: Limits | None) -> Limits | None:
    if len(data) < _HIGH_BYTE_FIRST.size:
        return None
    volts, charge, discharge = _HIGH_BYTE_FIRST.unpack_from(data)
    return frames.Limits(volts / 10, charge / 10, discharge / 10, None)


def limits_exchanged(reads: ReadSet) -> ReadSet:
    """Take the charge limit for the discharge limit and the other way round."""
    return replace(reads, hears={**reads.hears, frames.LIMITS: hearing.limits(_exchanged)})


def high_byte_first(reads: ReadSet) -> ReadSet:
    """Read the limits with the high byte first."""
    return replace(reads, hears={**reads.hears, frames.LIMITS: hearing.limits(_high_byte_first)})


def without(reads: ReadSet, message: int) -> ReadSet:
    """Hear a message and make nothing of it."""
    return replace(reads, hears={**reads.hears, message: hearing.nothing})


def alarms_of_pylontech(reads: ReadSet) -> ReadSet:
    """Read 0x359 by the table of Pylontech."""
    return replace(reads, hears={**reads.hears, frames.ALARM_BITS: hearing.alarm_bits()})
