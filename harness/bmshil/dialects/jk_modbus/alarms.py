"""The alarm bits of a JK PB, at 12A0H."""

from __future__ import annotations

from bmshil.dialects.report import NO_ALARM, Alarm

BITS = {
    4: Alarm.CELL_HIGH_VOLTAGE,
    6: Alarm.CHARGE_OVERCURRENT,
    8: Alarm.HIGH_TEMPERATURE,  # while charging
    9: Alarm.LOW_TEMPERATURE,
    10: Alarm.INTERNAL,  # auxiliary communication
    11: Alarm.CELL_LOW_VOLTAGE,
    13: Alarm.DISCHARGE_OVERCURRENT,
    15: Alarm.HIGH_TEMPERATURE,  # while discharging
}
"""Of those that mean something to a report; a report does not tell hot charging from hot discharging.

Source: Jikong BMS RS485 Modbus V1.1.
"""

FURTHER = {
    1: Alarm.HIGH_TEMPERATURE,  # of the transistors
    3: Alarm.INTERNAL,  # current sensor
    5: Alarm.CELL_HIGH_VOLTAGE,  # of the pack
    7: Alarm.CHARGE_OVERCURRENT,  # short circuit
    12: Alarm.CELL_LOW_VOLTAGE,  # of the pack
    14: Alarm.DISCHARGE_OVERCURRENT,  # short circuit
    16: Alarm.INTERNAL,  # charge transistor
    17: Alarm.INTERNAL,  # discharge transistor
    21: Alarm.HIGH_TEMPERATURE,  # of the pack
}
"""Bits that are read, and never written: a report has one word for several of them."""


def encode(raised: Alarm) -> int:
    """Return the bits of what is raised; the map does not tell a protection from a warning."""
    return sum(1 << bit for bit, alarm in BITS.items() if alarm in raised)


def decode(bits: int) -> Alarm:
    """Return what is raised; bits that mean nothing to a report are ignored."""
    raised = NO_ALARM
    for bit, alarm in (BITS | FURTHER).items():
        if bits >> bit & 1:
            raised |= alarm
    return raised
