"""The event bits that models 802 and 803 have in common.

Source: SunSpec models 802 (Evt1) and 803 (StrEvt1), sunspec/models, 2026-04-22.
"""

from __future__ import annotations

from bmshil.dialects.report import Alarm, Report

COMMUNICATION_ERROR = 1 << 0

PAIRS = {
    Alarm.HIGH_TEMPERATURE: (1, 2),
    Alarm.LOW_TEMPERATURE: (3, 4),
    Alarm.CHARGE_OVERCURRENT: (5, 6),
    Alarm.DISCHARGE_OVERCURRENT: (7, 8),
    Alarm.CELL_HIGH_VOLTAGE: (9, 10),
    Alarm.CELL_LOW_VOLTAGE: (11, 12),
    Alarm.INTERNAL: (25, 26),  # "other"
}
"""Condition -> bits for an alarm (the battery has acted) and for a warning."""


def events(report: Report | None) -> int:
    """Return the bits: protections as alarms, alarms as warnings; without a report nobody is heard."""
    if report is None:
        return COMMUNICATION_ERROR
    raised = 0
    for condition, (alarm, warning) in PAIRS.items():
        raised |= (condition in report.protections) << alarm
        raised |= (condition in report.alarms) << warning
    return raised
