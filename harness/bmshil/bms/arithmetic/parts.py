"""What most arithmetics have in common, so that each can say where it differs."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

from bmshil.dialects import NO_ALARM, Alarm, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bmshil.bms.arithmetic.member import Arithmetic, Member


def of_present(rule: Callable[[Sequence[Member]], Report]) -> Arithmetic:
    """Ask a rule for the packs that are present alone; without any there is nothing to say."""

    @wraps(rule)
    def asked(members: Sequence[Member]) -> Report | None:
        present = [one for one in members if one.present]
        if not present:
            return None
        bank = rule(present)
        away = len(members) - len(present)
        if not away:
            return bank
        installed = sum(one.report.capacity for one in members)
        return replace(bank, offline=bank.offline + away, installed=installed)

    return asked


def together(members: Sequence[Member]) -> Report:
    """Make one report of those of at least one pack, the way most do it.

    Lowest CVL, highest DVL, sum of the currents, of the capacities and of the limits (a pack that permits
    no charging or no discharging counts as 0 A there), SOC by capacity, means of SOH, voltage and
    temperature, extremes of cells and temperatures. A permission, a request or an alarm of any pack is one
    of the bank.
    """
    reports = [one.report for one in members]
    count = len(reports)
    first = reports[0]
    protections, alarms, cleared = NO_ALARM, NO_ALARM, NO_ALARM
    for one in reports:
        protections |= one.protections
        alarms |= one.alarms
        cleared |= one.cleared
    capacity = sum(one.capacity for one in reports)
    return Report(
        cvl=min(one.cvl for one in reports),
        ccl=sum(one.ccl for one in reports if one.charge_enabled),
        dcl=sum(one.dcl for one in reports if one.discharge_enabled),
        dvl=max(one.dvl for one in reports),
        soc=sum(one.soc * one.capacity for one in reports) / capacity,
        soh=sum(one.soh for one in reports) / count,
        voltage=sum(one.voltage for one in reports) / count,
        current=sum(one.current for one in reports),
        temperature=sum(one.temperature for one in reports) / count,
        cell_max=max(one.cell_max for one in reports),
        cell_min=min(one.cell_min for one in reports),
        charge_enabled=any(one.charge_enabled for one in reports),
        discharge_enabled=any(one.discharge_enabled for one in reports),
        force_charge_1=any(one.force_charge_1 for one in reports),
        force_charge_2=any(one.force_charge_2 for one in reports),
        full_charge=any(one.full_charge for one in reports),
        protections=protections,
        alarms=alarms,
        modules=sum(one.modules for one in reports),
        capacity=capacity,
        manufacturer=first.manufacturer,
        cleared=cleared,
        temperature_max=max(_known(one.temperature_max, one.temperature) for one in reports),
        temperature_min=min(_known(one.temperature_min, one.temperature) for one in reports),
        cycles=max(one.cycles for one in reports),
        blocking_charge=sum(one.blocking_charge for one in reports),
        blocking_discharge=sum(one.blocking_discharge for one in reports),
        offline=sum(one.offline for one in reports),
    )


def _known(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def plain_mean_soc(members: Sequence[Member]) -> float:
    """SOC without regard to capacity, 0..1."""
    return sum(one.report.soc for one in members) / len(members)


def all_alarms(reports: Iterable[Report]) -> Alarm:
    """Whatever any pack signals, be it acted on or only warned of."""
    found = NO_ALARM
    for one in reports:
        found |= one.protections | one.alarms
    return found
