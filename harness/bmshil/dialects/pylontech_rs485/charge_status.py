"""The status byte of 0x92 and 0x63: what a battery permits and asks for."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.dialects.report import PartialReport, Report


class ChargeStatus(IntFlag):
    """Source: Pylontech RS485 protocol V3.3."""

    CHARGE = 0x80
    DISCHARGE = 0x40
    CHARGE_NOW_1 = 0x20
    CHARGE_NOW_2 = 0x10
    FULL_CHARGE = 0x08


def status_of(report: Report) -> ChargeStatus:
    """Return the status byte that says what a report says."""
    status = ChargeStatus(0)
    for bit, on in (
        (ChargeStatus.CHARGE, report.charge_enabled),
        (ChargeStatus.DISCHARGE, report.discharge_enabled),
        (ChargeStatus.CHARGE_NOW_1, report.force_charge_1),
        (ChargeStatus.CHARGE_NOW_2, report.force_charge_2),
        (ChargeStatus.FULL_CHARGE, report.full_charge),
    ):
        if on:
            status |= bit
    return status


def report_of(status: ChargeStatus) -> PartialReport:
    """Return what a status byte says, in the words of a report."""
    return {
        "charge_enabled": ChargeStatus.CHARGE in status,
        "discharge_enabled": ChargeStatus.DISCHARGE in status,
        "force_charge_1": ChargeStatus.CHARGE_NOW_1 in status,
        "force_charge_2": ChargeStatus.CHARGE_NOW_2 in status,
        "full_charge": ChargeStatus.FULL_CHARGE in status,
    }
