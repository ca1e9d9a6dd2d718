"""Arithmetics that harm batteries, by name: a suite that lets one of them pass proves nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import of_present, together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report


@of_present
def avg_cvl(members: Sequence[Member]) -> Report:
    """Average the CVLs: 56.0, 55.2 and 56.0 V become 55.73 V, and the high cell of the second pack 3.58 V.

    Source: field article on CAN architectures of several batteries.
    """
    return replace(together(members), cvl=sum(one.report.cvl for one in members) / len(members))


def cvl_div_n(members: Sequence[Member]) -> Report | None:
    """Divide the lowest CVL by the number of all packs: two packs at 56 V ask for 28 V.

    Source: a defect of ai-republic/bms-to-inverter at 59ac882.
    """
    present = [one for one in members if one.present]
    if not present:
        return None
    bank = together(present)
    return replace(bank, cvl=bank.cvl / len(members))


def soc_div_all(members: Sequence[Member]) -> Report | None:
    """Divide the SOCs that are left by the number of all packs: 80, 80 % and one lost are 53 %.

    Source: a defect of ai-republic/bms-to-inverter at 59ac882.
    """
    present = [one for one in members if one.present]
    if not present:
        return None
    return replace(together(present), soc=sum(one.report.soc for one in present) / len(members))


def first_pack_only(members: Sequence[Member]) -> Report | None:
    """Say what the first pack says and overlook the others.

    Source: field article on CAN architectures of several batteries (three batteries set to one identifier:
    the inverter knows the first, and the second is over-charged); ai-republic/bms-to-inverter issue 166.
    """
    return members[0].report if members and members[0].present else None


def sum_ccl_blind(members: Sequence[Member]) -> Report | None:
    """Sum the limits of all packs, of those too that are lost or permit nothing: the others get their share.

    Source: Louisvdw/dbus-serialbattery issue 1024 (a pack whose switch is open must contribute 0).
    """
    if not members:
        return None
    return replace(
        together(members),
        ccl=sum(one.report.ccl for one in members),
        dcl=sum(one.report.dcl for one in members),
    )
