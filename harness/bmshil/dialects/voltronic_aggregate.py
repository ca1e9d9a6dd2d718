"""How several packs become one in the words of the Voltronic document: any pack answers for all."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.dialects.pack_data import PackData


def aggregate(packs: Sequence[PackData]) -> PackData:
    """Return what the packs say together, told by the first.

    Voltage and SOC are averages, currents and capacities are sums, alarms are those of any. Charging is
    enabled when all packs enable it; discharging is disabled only when all packs disable it. Of the limits
    the document says nothing: the lowest voltage to charge to, the highest to discharge to, and currents
    like currents. Single cells and sensors are those of the first.

    Args:
        packs: those that are there, the one that answers first.

    Raises:
        InputError: there is none.

    Source: Voltronic Inverter and BMS 485 communication protocol 2020-12-02.
    """
    if not packs:
        raise InputError("no pack is there to answer for the bank: leave at least one on the line")
    reports = [pack.report for pack in packs]
    count = len(packs)
    together = replace(
        reports[0],
        cvl=min(report.cvl for report in reports),
        dvl=max(report.dvl for report in reports),
        ccl=sum(report.ccl for report in reports),
        dcl=sum(report.dcl for report in reports),
        soc=sum(report.soc for report in reports) / count,
        voltage=sum(report.voltage for report in reports) / count,
        current=sum(report.current for report in reports),
        capacity=sum(report.capacity for report in reports),
        charge_enabled=all(report.charge_enabled for report in reports),
        discharge_enabled=any(report.discharge_enabled for report in reports),
        protections=reduce(or_, (report.protections for report in reports)),
        alarms=reduce(or_, (report.alarms for report in reports)),
        modules=sum(report.modules for report in reports),
    )
    return replace(packs[0], report=together, remaining=sum(pack.remaining for pack in packs))
