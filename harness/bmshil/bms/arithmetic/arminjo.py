"""JK-BMSToPylontechCAN (ArminJo) with several BMS: the first one, and sums."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report


def arminjo(members: Sequence[Member]) -> Report | None:
    """Take voltage, SOC, CVL and DVL from the first pack, and sum current, capacity and limits of all.

    The comments in its source promise averages, a filter for enabled packs and a minimum; its code does
    none of it. One pack that permits charging lets the whole bank be charged. A lost pack is not noticed:
    its last values stay. SOH is fixed at 100 %.

    Source: ArminJo/JK-BMSToPylontechCAN, multi-BMS mode.
    """
    if not members:
        return None
    first = members[0].report
    return replace(
        together(members),
        cvl=first.cvl,
        ccl=sum(one.report.ccl for one in members),
        dcl=sum(one.report.dcl for one in members),
        dvl=first.dvl,
        soc=first.soc,
        soh=1.0,
        voltage=first.voltage,
        temperature=max(one.report.temperature for one in members),
    )
