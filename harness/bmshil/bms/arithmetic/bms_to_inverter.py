"""bms-to-inverter (ai-republic, commit 59ac882): the smallest limit, and averages over lost packs too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report


def bms_to_inverter(members: Sequence[Member]) -> Report | None:
    """Take the smallest limits, not scaled, and divide by all packs, also by those that are left out.

    A pack is left out when it is lost or says 0 for a current limit, the CVL, its capacity or its cells.
    The divisor stays: three packs at 80 %, one of them lost, are 53 %; two at 52 V, one of them full and
    saying 0 A, are 26 V. Capacity is a mean, and CVL and DVL are divided too.

    Source: ai-republic/bms-to-inverter at 59ac882 (CVL, DVL: divided by the number of packs after the
    minimum and the maximum, a defect).
    """
    valid = [one for one in members if one.present and _counts(one.report)]
    if not valid:
        return None
    reports = [one.report for one in valid]
    count = len(members)
    return replace(
        together(valid),
        cvl=min(one.cvl for one in reports) / count,
        ccl=min(one.ccl for one in reports),
        dcl=min(one.dcl for one in reports),
        dvl=max(one.dvl for one in reports) / count,
        soc=sum(one.soc for one in reports) / count,
        soh=sum(one.soh for one in reports) / count,
        voltage=sum(one.voltage for one in reports) / count,
        capacity=sum(one.capacity for one in reports) / count,
    )


def _counts(report: Report) -> bool:
    return min(report.ccl, report.dcl, report.cvl, report.capacity, report.cell_min) > 0
