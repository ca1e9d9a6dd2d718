"""YamBMS 1.7: nine tenths of the sum, of the packs that are combined."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import all_alarms, together
from bmshil.dialects import NO_ALARM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report

CAUTION = 0.9
NOT_YET_FULL = 0.98


def yambms(
    members: Sequence[Member], *, most_charge: float = inf, most_discharge: float = inf
) -> Report | None:
    """Take nine tenths of the sum of the packs that are combined and permit it.

    A pack is combined while all its values are there and voltage, capacity and both current limits are
    above 0: one that reports a limit of 0 A leaves the bank with its SOC, its voltage and its alarms. With
    none combined nothing is sent. Warnings are the OR of all error bits; protections are that OR only if
    every combined pack has an error. SOC is capped at 98 % until every pack is full. The CVL is a setting
    of the user there; here it is the lowest of the combined packs.

    Args:
        members: all packs.
        most_charge: the user's own limit, A; it cuts the charge limit after the nine tenths,
        most_discharge: and the discharge limit before: 100 A and two packs of 100 A give 100 A and 90 A.

    Source: Sleeper85/esphome-yambms 1.7, bms_combine.yaml and auto_*.yaml.
    """
    combined = [one for one in members if one.present and _complete(one.report)]
    if not combined:
        return None
    reports = [one.report for one in combined]
    bank = together(combined)
    alarms = all_alarms(reports)
    everybody = all(one.protections | one.alarms for one in reports)
    full = all(one.soc >= 1.0 for one in reports)
    return replace(
        bank,
        ccl=min(CAUTION * bank.ccl, most_charge),
        dcl=CAUTION * min(bank.dcl, most_discharge),
        soc=bank.soc if full else min(bank.soc, NOT_YET_FULL),
        protections=alarms if everybody else NO_ALARM,
        alarms=alarms,
    )


def _complete(report: Report) -> bool:
    return min(report.voltage, report.capacity, report.ccl, report.dcl) > 0
