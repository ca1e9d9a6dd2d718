"""Schemes in which the switches are a number: SEPLOS, JK, and the offsets of a field article."""

from __future__ import annotations

from bmshil.bms.addressing.scheme import Dip, Place, Scheme, binary
from bmshil.bms.addressing.setting import Reading

NIBBLE = 4
"""Switches of an address, 0 to 15."""


def _seplos(dip: Dip, _place: Place) -> Reading:
    address = binary(dip[:NIBBLE])
    count = binary(dip[NIBBLE:])
    unused = tuple(number for number in range(5, 9) if dip[number - 1]) if address else ()
    return Reading(address=address, master=address == 0, packs=None if address else count, unused=unused)


def _jk(dip: Dip, _place: Place) -> Reading:
    address = binary(dip)
    return Reading(address=address, master=address == 0)


def _jk_app(dip: Dip, _place: Place) -> Reading:
    address = binary(dip)
    return Reading(address=address, master=address == 1)


def _offset(dip: Dip, _place: Place) -> Reading:
    return Reading(address=binary(dip) + 1)


def _from_zero(place: Place) -> int:
    return place.position - 1


SEPLOS = Scheme(
    "seplos",
    8,
    _seplos,
    usual=lambda place: place.packs << NIBBLE if place.position == 1 else place.position - 1,
    source="SEPLOS CANBUS Protocol V1.0: 1 to 4 the address in binary, 1 to 15, 0 is the master; on the "
    "master 5 to 8 are the number of packs",
)

JK = Scheme(
    "jk",
    4,
    _jk,
    usual=_from_zero,
    source="Jikong RS485 Modbus V1.1: addresses 1 to 15 by switch; public notes on JK PB: 0 is the master "
    "and polls the others",
)

JK_APP = Scheme(
    "jk-app",
    4,
    _jk_app,
    usual=lambda place: place.position,
    source="field article on master and slave banks: JK without a link between packs, address 1 in the app "
    "is the master, the others are 2, 3, ...; here the number of the app in binary",
)

OFFSET = Scheme(
    "offset",
    4,
    _offset,
    usual=_from_zero,
    source="field article on parallel batteries: all off is battery 1, switch 1 on is 2, switch 2 on is 3",
)
