"""What the device reads out of the registers of a Growatt battery on RS485.

Source: Growatt 1xSxxP ESS protocol V2.02: holding registers of station 1; voltage 10 mV, current 10 mA.
"""

from bmshil.twin.inverter.frames import INTERNAL, WARNING_SHIFT, Limits, Measured
from bmshil.twin.inverter.polling.modbus import signed
from bmshil.twin.inverter.polling.reading import Reading

FIRST, COUNT = 0x13, 17
"""Registers 0x13 to 0x23: state, and limits."""


def values(registers: tuple[int, ...]) -> Reading:
    """Turn the registers into values."""
    at = dict(enumerate(registers, FIRST))
    status = at[0x13]
    conditions = (INTERNAL if at[0x14] else 0) | (INTERNAL << WARNING_SHIFT if at[0x22] else 0)
    return Reading(
        limits=Limits(at[0x21] / 100, at[0x19] / 100, at[0x23] / 100, None),
        soc=at[0x15] / 100,
        measured=Measured(at[0x16] / 100, signed(at[0x17]) / 100, float(signed(at[0x18]))),
        alarms=conditions,
        enables=(bool(status & 0x40), bool(status & 0x20)),
        capacity=at[0x1B] / 100 or None,
    )
