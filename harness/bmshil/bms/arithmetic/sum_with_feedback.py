"""The third rule of a field article: the sum, until a pack takes too much of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import of_present, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report

EXCESS = 1.1
"""How far a pack may exceed its own limit before the bank's limit is reduced."""

FLOWS = 0.02
"""Share of the sum below which the current says nothing about how it divides."""


@of_present
def sum_with_feedback(members: Sequence[Member]) -> Report:
    """Sum of the limits, reduced when a pack would exceed its own limit by more than 10 % of it.

    Where 100, 50 and 100 A are allowed and 80, 90 and 80 A flow, the second pack takes 36 % of the current:
    its 50 A are reached at 138.9 A, and that is the limit. Packs are asked for their share of the current
    and not for their amperes, or the limit would come back as soon as it had helped, and swing.

    Source: field article on CAN architectures of several batteries ("sum individual limits [...] and reduce
    global limit if any battery exceeds its individual CCL by more than 10 %"). It does not say by how much:
    down to the limit of that pack is the rig's choice.
    """
    bank = together(members)
    currents = [one.report.current for one in members]
    charge = [one.report.ccl if one.report.charge_enabled else 0.0 for one in members]
    discharge = [one.report.dcl if one.report.discharge_enabled else 0.0 for one in members]
    return replace(
        bank,
        ccl=_reduced(bank.ccl, charge, currents),
        dcl=_reduced(bank.dcl, discharge, [-amps for amps in currents]),
    )


def _reduced(total: float, limits: list[float], currents: list[float]) -> float:
    """Limit of the bank, A, where ``currents`` flow in the direction that is limited."""
    flowing = sum(currents)
    if flowing <= FLOWS * total or total <= 0:
        return total
    lowest = total
    for limit, amps in zip(limits, currents, strict=True):
        share = amps / flowing
        if share * total > EXCESS * limit:
            lowest = min(lowest, limit / share)
    return lowest
