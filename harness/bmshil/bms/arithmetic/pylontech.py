"""The master of a Pylontech LV group."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import of_present, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report

FULL = 0.99
TRICKLE = 0.1


@of_present
def pylontech(members: Sequence[Member]) -> Report:
    """Add up the present modules; average voltage and cell temperature; 0.1 C from 99 % on.

    SOC is remaining over full capacity, cut off to whole percent: a bank at 99.98 % says 99 %. A lost module
    is no longer counted, in the limits and in the number of modules. What a module that blocks does to the
    sum has no source: here it counts as 0 A.

    Source: CAN-Bus-protocol-PYLON-low-voltage-V1.2 (averages, OR of the alarms); captures of two to ten
    modules: five modules of 25 A say 125 A, two US2000 at 99 % 10 A and 50 A, three US3000 at 100 % 22.2 A
    and 111 A.
    """
    bank = together(members)
    soc = floor(bank.soc * 100 + 1e-6) / 100
    full = sum(one.report.capacity for one in members if one.report.charge_enabled)
    return replace(bank, soc=soc, ccl=min(bank.ccl, TRICKLE * full) if soc >= FULL else bank.ccl)
