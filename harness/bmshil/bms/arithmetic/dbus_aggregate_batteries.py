"""dbus-aggregate-batteries 4.3 (Dr-Gigavolt), with OWN_CHARGE_PARAMETERS off, in its two modes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.arithmetic.parts import together

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.arithmetic.member import Member
    from bmshil.dialects import Report


def dbus_aggregate_batteries(members: Sequence[Member]) -> Report | None:
    """Take the lowest limit times the number of packs: the serial mode.

    One pack at 0 A makes the whole bank 0 A. One pack that serves no data ends the program, and the bank
    says nothing until all NR_OF_BATTERIES are back. The limits do not ask whether a pack permits
    charging; the bank permits it when all packs do.

    Source: Dr-Gigavolt/dbus-aggregate-batteries, config.default.ini and its source at 4.3.
    """
    bank = dbus_aggregate_batteries_can(members)
    if bank is None:
        return None
    count = len(members)
    return replace(
        bank,
        ccl=count * min(one.report.ccl for one in members),
        dcl=count * min(one.report.dcl for one in members),
    )


def dbus_aggregate_batteries_can(members: Sequence[Member]) -> Report | None:
    """Take the sum of the limits: the mode ``CAN_batteries = True``. One pack at 0 A takes only its share.

    Source: as :func:`dbus_aggregate_batteries`.
    """
    if not members or not all(one.present for one in members):
        return None
    return replace(
        together(members),
        ccl=sum(one.report.ccl for one in members),
        dcl=sum(one.report.dcl for one in members),
        charge_enabled=all(one.report.charge_enabled for one in members),
        discharge_enabled=all(one.report.discharge_enabled for one in members),
    )
