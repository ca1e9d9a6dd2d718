"""The ADD switches of Pylontech US2000C and US3000C, by the three descriptions that contradict each other."""

from __future__ import annotations

from bmshil.bms.addressing.scheme import Dip, Place, Scheme, binary
from bmshil.bms.addressing.setting import Reading

FIRST_ADDRESS = 2
"""Of the master on RS485; the packs behind it follow. Source: Pylontech RS485 protocol V3.3."""


def _baud(dip: Dip) -> int:
    return 9_600 if dip[0] else 115_200


def _manual(dip: Dip, place: Place) -> Reading:
    return Reading(
        baud=_baud(dip),
        terminator=not dip[1],
        master=not place.port_0,
        unused=tuple(number for number in (3, 4) if dip[number - 1]),
    )


def _groups(dip: Dip, place: Place) -> Reading:
    return Reading(baud=_baud(dip), master=not place.port_0, group=binary(dip[1:]))


def _switch_1(dip: Dip, _place: Place) -> Reading:
    return Reading(master=not dip[0], unused=tuple(number for number in (2, 3, 4) if dip[number - 1]))


PYLONTECH = Scheme(
    "pylontech",
    4,
    _manual,
    # Behind a hub the hub terminates.
    usual=lambda place: 0b10 if place.group and place.position == 1 else 0,
    source="field article on wiring Pylontech modules in parallel, after the US3000C manual: 1 baud, 2 "
    "terminator, 3 and 4 reserved; the master is the pack whose Link Port 0 is empty",
    reversed=True,
    first=FIRST_ADDRESS,
)

PYLONTECH_GROUPS = Scheme(
    "pylontech-groups",
    4,
    _groups,
    usual=lambda place: place.group << 1 if place.position == 1 else 0,
    source="Pylontech RS485 protocol V3.3: 1 baud, 2 to 4 the group in binary on its first pack, 2 lowest",
    reversed=True,
    first=FIRST_ADDRESS,
)

PYLONTECH_SWITCH_1 = Scheme(
    "pylontech-switch1",
    4,
    _switch_1,
    usual=lambda place: 0 if place.position == 1 else 1,
    source="field article on master and slave banks: switch 1 off is the master, all slaves have it on; no "
    "manual says so, and the same article's maker calls switch 1 the baud",
    reversed=True,
    first=FIRST_ADDRESS,
)
