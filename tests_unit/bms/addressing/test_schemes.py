"""What switches mean, by what makers and field articles say of them."""

from __future__ import annotations

import pytest

from bmshil.bms.addressing import ADDRESSING, Place, Reading, addressing_scheme
from bmshil.errors import InputError

FIRST = Place(1, 3, port_0=False)
SECOND = Place(2, 3, port_0=True)


@pytest.mark.parametrize(
    ("scheme", "dip", "place", "reading"),
    [
        # Field article on wiring Pylontech modules: DIP1 0 is 115200, DIP2 0 is 120 ohm on, 3 and 4 reserved.
        ("pylontech", "0000", FIRST, Reading(baud=115_200, terminator=True, master=True)),
        ("pylontech", "1000", FIRST, Reading(baud=9_600, terminator=True, master=True)),
        ("pylontech", "0100", FIRST, Reading(baud=115_200, terminator=False, master=True)),
        ("pylontech", "0000", SECOND, Reading(baud=115_200, terminator=True, master=False)),
        ("pylontech", "0011", SECOND, Reading(baud=115_200, terminator=True, master=False, unused=(3, 4))),
        # Pylontech RS485 V3.3: 2 to 4 the group, 2 lowest; X100 is group 1.
        ("pylontech-groups", "0100", FIRST, Reading(baud=115_200, master=True, group=1)),
        ("pylontech-groups", "1011", FIRST, Reading(baud=9_600, master=True, group=6)),
        # Field article on master and slave banks: switch 1 off is the master, wherever cables are.
        ("pylontech-switch1", "0000", SECOND, Reading(master=True)),
        ("pylontech-switch1", "1000", FIRST, Reading(master=False)),
        # SEPLOS CAN V1.0: 1 to 4 binary, 0 is the master, there 5 to 8 are the number of packs.
        ("seplos", "00001100", FIRST, Reading(address=0, master=True, packs=3)),
        ("seplos", "10100000", SECOND, Reading(address=5, master=False)),
        ("seplos", "11110001", SECOND, Reading(address=15, master=False, unused=(8,))),
        # JK PB: 0 is the master, 1 to 15 are polled.
        ("jk", "0000", FIRST, Reading(address=0, master=True)),
        ("jk", "1111", SECOND, Reading(address=15, master=False)),
        # The same article, JK without a link: address 1 is the master.
        ("jk-app", "1000", FIRST, Reading(address=1, master=True)),
        ("jk-app", "0100", SECOND, Reading(address=2, master=False)),
        # Field article on parallel batteries: all off is 1, switch 1 is 2, switch 2 is 3.
        ("offset", "0000", FIRST, Reading(address=1)),
        ("offset", "1000", SECOND, Reading(address=2)),
        ("offset", "0100", SECOND, Reading(address=3)),
    ],
)
def test_what_switches_say(scheme: str, dip: str, place: Place, reading: Reading) -> None:
    one = addressing_scheme(scheme)
    assert one.read(one.dip(dip, place), place) == reading


@pytest.mark.parametrize(
    ("scheme", "master", "third"),
    [
        ("pylontech", "0000", "0000"),
        ("pylontech-groups", "0000", "0000"),
        ("pylontech-switch1", "0000", "1000"),
        ("seplos", "00001100", "01000000"),
        ("jk", "0000", "0100"),
        ("jk-app", "1000", "1100"),
        ("offset", "0000", "0100"),
    ],
)
def test_how_switches_should_stand(scheme: str, master: str, third: str) -> None:
    one = addressing_scheme(scheme)
    for place, digits in ((FIRST, master), (Place(3, 3, port_0=True), third)):
        assert one.dip(None, place) == one.dip(digits, place)


def test_the_block_of_a_pylontech_is_mounted_upside_down() -> None:
    one, other = addressing_scheme("pylontech"), addressing_scheme("jk")
    assert one.panel((False, True, False, False)) == "DOWN UP DOWN DOWN"
    assert other.panel((False, True, False, False)) == "off on off off"


def test_every_scheme_says_who_says_so() -> None:
    assert len(ADDRESSING) == 7
    assert all(one.source for one in ADDRESSING.values())


def test_unknown_schemes_and_switches_are_refused() -> None:
    with pytest.raises(InputError, match="no scheme of switches 'pylon': known are pylontech, "):
        addressing_scheme("pylon")
    for digits in ("000", "00000", "00x0"):
        with pytest.raises(InputError, match=f"switches '{digits}': pylontech has 4, write 0 or 1 for each"):
            addressing_scheme("pylontech").dip(digits, FIRST)
