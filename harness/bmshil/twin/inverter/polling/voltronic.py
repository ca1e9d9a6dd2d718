"""What the device reads out of the registers of a battery with the Voltronic protocol "BMS 485".

Source: Voltronic BMS 485 protocol for Axpert inverters: voltage 0.1 V, current 0.1 A, temperature 0.1 K.
"""

from bmshil.twin.inverter.frames import Limits, Measured
from bmshil.twin.inverter.polling.pylontech import celsius
from bmshil.twin.inverter.polling.reading import Reading

STATE, STATE_COUNT = 0x25, 17
"""Temperatures, currents, voltage, state of charge, capacity."""

LIMITS, LIMITS_COUNT = 0x70, 5
"""Limits and the status that allows charging and discharging."""

_SENSORS = 10


def state(registers: tuple[int, ...]) -> Reading:
    """Turn registers 0x25 to 0x35 into values."""
    at = dict(enumerate(registers, STATE))
    sensors = min(at[0x25], _SENSORS)
    warmth = [one for one in (celsius(at[0x26 + index]) for index in range(sensors)) if one is not None]
    amps = (at[0x30] - at[0x31]) / 10
    return Reading(
        soc=at[0x33] / 100,
        measured=Measured(at[0x32] / 10, amps, max(warmth, default=0.0)),
        capacity=(at[0x34] << 16 | at[0x35]) / 1000 or None,
    )


def limits(registers: tuple[int, ...]) -> Reading:
    """Turn registers 0x70 to 0x74 into values."""
    cvl, dvl, charge, discharge, status = registers
    return Reading(
        limits=Limits(cvl / 10, charge / 10, discharge / 10, dvl / 10),
        enables=(bool(status & 0x80), bool(status & 0x40)),
    )
