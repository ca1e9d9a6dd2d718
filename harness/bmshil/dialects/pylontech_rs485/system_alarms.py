"""0x62, alarms and protections of the whole system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.report import NO_ALARM, Alarm

if TYPE_CHECKING:
    from bmshil.dialects.report import PartialReport, Report

_VALUES = {
    0x80: Alarm.CELL_HIGH_VOLTAGE,  # of a module
    0x40: Alarm.CELL_LOW_VOLTAGE,  # of a module
    0x20: Alarm.CELL_HIGH_VOLTAGE,
    0x10: Alarm.CELL_LOW_VOLTAGE,
    0x08: Alarm.HIGH_TEMPERATURE,
    0x04: Alarm.LOW_TEMPERATURE,
    0x02: Alarm.HIGH_TEMPERATURE,  # of MOSFETs
}
_FLOWS = {0x40: Alarm.CHARGE_OVERCURRENT, 0x20: Alarm.DISCHARGE_OVERCURRENT}
_ALARMS = _FLOWS | {0x10: Alarm.INTERNAL}  # internal communication
_PROTECTIONS = _FLOWS | {0x08: Alarm.INTERNAL}  # system fault

_NOT_SENT = 0x80 | 0x40 | 0x02
"""A report speaks of cells, not of modules and MOSFETs. The bits that speak of those are only read."""


def encode(report: Report) -> bytes:
    """Return INFO of the reply, 4 bytes: alarms, then protections.

    Source: four public programs that agree.
    """
    return bytes(
        [
            _bits(_VALUES, report.alarms) & ~_NOT_SENT,
            _bits(_ALARMS, report.alarms),
            _bits(_VALUES, report.protections) & ~_NOT_SENT,
            _bits(_PROTECTIONS, report.protections),
        ]
    )


def decode(info: bytes) -> PartialReport:
    """Read INFO of a reply. Imbalance of cells or temperatures has no place in a report and is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    one, two, three, four = Reader("system alarms", info).raw(4)
    return {
        "alarms": _alarms(_VALUES, one) | _alarms(_ALARMS, two),
        "protections": _alarms(_VALUES, three) | _alarms(_PROTECTIONS, four),
    }


def _bits(table: dict[int, Alarm], raised: Alarm) -> int:
    return sum(bit for bit, alarm in table.items() if alarm in raised)


def _alarms(table: dict[int, Alarm], bits: int) -> Alarm:
    raised = NO_ALARM
    for bit, alarm in table.items():
        if bits & bit:
            raised |= alarm
    return raised
