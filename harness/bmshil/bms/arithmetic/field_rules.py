"""The rules of a field article: lowest CVL, sum of the limits, and SOC averaged in one of two ways."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import of_present, plain_mean_soc, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report


@of_present
def minimum_cvl(members: Sequence[Member]) -> Report:
    """Lowest CVL, sum of the limits, and the plain mean of the SOCs.

    56.0, 55.2 and 56.0 V are 55.2 V. Source: field article on CAN architectures of several batteries.
    """
    return replace(together(members), soc=plain_mean_soc(members))


@of_present
def capacity_weighted(members: Sequence[Member]) -> Report:
    """Lowest CVL, sum of the limits, and the SOC weighted by capacity.

    Source: field article on master and slave BMS, "combined SOC"; sum of SOC x capacity over the capacity.
    """
    return together(members)
