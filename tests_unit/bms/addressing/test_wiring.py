"""What a bank becomes by its switches and link cables, and what is said where they contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms import ArchitectureSettings, Switches
from bmshil.bms.addressing import Addressing, Panel, addressing_scheme, chains_of, check_switches
from bmshil.errors import InputError
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from conftest import CabinetMaker

AS_IT_SHOULD_BE = [
    "master, address 2, 115200 bit/s, 120 ohm, on the bus",
    "slave of pack 1, address 3, 115200 bit/s, 120 ohm, silent",
    "slave of pack 1, address 4, 115200 bit/s, 120 ohm, silent",
]


def test_a_pylontech_bank_as_it_should_be(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    assert one.words == AS_IT_SHOULD_BE
    assert one.addressing.findings == ()


def test_a_cable_in_the_masters_port_0_leaves_nobody_to_speak(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.panels[1].link_port_0 = True
    assert one.speakers == []
    assert [setting.role for setting in one.addressing.settings.values()] == ["slave"] * 3
    assert one.addressing.findings == (
        "no pack is the master, so that nobody speaks: a cable is in Link Port 0 of pack 1",
    )


def test_a_slave_on_the_bus_speaks_beside_its_master(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.panels[3].can_port = True
    assert one.speakers == [1, 3]
    assert one.addressing.findings == (
        "packs 1 and 3 are both on the bus of the inverter, where only the master belongs",
    )


def test_a_master_without_its_can_cable_is_silent(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech", pack1=Switches(can_port=False))
    assert one.speakers == []
    assert one.addressing.findings == (
        "pack 1 is the master, and its CAN port is not connected: nobody speaks",
    )


@pytest.mark.parametrize(("broken", "lost"), [(2, "2, 3"), (3, "3")])
def test_the_chain_ends_at_an_empty_port(cabinet: CabinetMaker, broken: int, lost: str) -> None:
    one = cabinet("pylontech")
    one.panels[broken].link_port_0 = False
    assert [number for number, setting in one.addressing.settings.items() if setting.under == 1] == [
        number for number in (2, 3) if number < broken
    ]
    (finding,) = one.addressing.findings
    assert finding.startswith(f"Link Port 0 of pack {broken} is empty: the chain ends before it")
    assert finding.endswith(f"pack {lost}")


def test_a_terminator_that_is_off_is_a_finding_and_counts_at_once(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.panels[1].dip = "0100"
    assert one.words[0] == "master, address 2, 115200 bit/s, no terminator, on the bus"
    assert one.addressing.findings == (
        "pack 1 (DOWN UP DOWN DOWN): its terminator is off: one group needs switch 2 at 0",
    )


def test_another_baud_counts_from_the_next_start_on(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.panels[1].dip = "1000"
    assert one.words == AS_IT_SHOULD_BE
    assert one.addressing.findings == (
        "pack 1: its switches were moved to another baud, which counts from its next start on",
    )
    one.panels[1].restart()
    assert one.words[0] == "master, address 2, 9600 bit/s, 120 ohm, on the bus"
    assert not one.addressing.findings
    assert one.addressing.findings_for(115_200) == (
        "pack 1 (UP DOWN DOWN DOWN): RS485 at 9600 bit/s, the inverter uses 115200",
    )


def test_reserved_switches_are_left_alone(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech", pack2=Switches(dip="0010"))
    assert one.addressing.findings == ("pack 2 (DOWN DOWN UP DOWN): switch 3 means nothing: leave it at 0",)


def test_the_two_articles_contradict_each_other_about_switch_1(cabinet: CabinetMaker) -> None:
    turned = {"pack1": Switches(dip="1000"), "pack2": Switches(dip="0000")}
    by_port, by_switch = cabinet("pylontech", **turned), cabinet("pylontech-switch1", **turned)
    assert by_port.addressing.settings[1].role == "master"
    assert by_port.addressing.settings[1].baud == 9_600
    assert by_switch.addressing.settings[1].role == "slave"
    assert by_switch.addressing.settings[2].role == "master"


def test_two_masters_on_one_link_disturb_each_other(cabinet: CabinetMaker) -> None:
    one = cabinet("jk", pack3=Switches(dip="0000"))
    assert [setting.role for setting in one.addressing.settings.values()] == ["master", "slave", "master"]
    assert one.addressing.settings[2].under is None
    assert one.addressing.findings == (
        "packs 1 and 3 are both masters on one link: each disturbs what the other asks",
    )


def test_equal_addresses_are_named(cabinet: CabinetMaker) -> None:
    one = cabinet("seplos", pack3=Switches(dip="10000000"))
    assert one.addressing.findings == (
        "pack 2 answers together with pack 3 at address 1: garbled",
        "pack 3 answers together with pack 2 at address 1: garbled",
    )


def test_all_addresses_equal_keeps_slaves_from_being_asked(cabinet: CabinetMaker) -> None:
    off = Switches(dip="0000")
    one = cabinet("offset", pack1=off, pack2=off, pack3=off)
    assert one.addressing.findings == (
        "pack 2 has the address 1 of its master, which never asks for it",
        "pack 3 has the address 1 of its master, which never asks for it",
    )


def test_a_seplos_master_is_told_how_many_there_are(cabinet: CabinetMaker) -> None:
    one = cabinet("seplos", pack1=Switches(dip="00000100"))
    assert one.addressing.findings == ("pack 1 is told to look for 2 packs, and 3 are in its chain",)


def test_behind_a_hub_every_group_has_its_master_and_the_hub_terminates(cabinet: CabinetMaker) -> None:
    chains = chains_of(ArchitectureSettings("hub", groups=(2, 1)), 3)
    assert chains == [[1, 2], [3]]
    one = cabinet("pylontech", chains=chains)
    assert one.speakers == [1, 3]
    assert not one.addressing.findings
    assert one.words[0] == "master, address 2, 115200 bit/s, no terminator, on the bus"
    one.panels[3].dip = "0000"
    assert one.addressing.findings == (
        "pack 3 (DOWN DOWN DOWN DOWN): its terminator is on: the hub terminates: put switch 2 to 1",
    )
    by_group = cabinet("pylontech-groups", chains=chains)
    assert [setting.address for setting in by_group.addressing.settings.values()] == [0x12, 0x13, 0x22]


def test_the_master_of_the_rig_file_comes_first_in_its_chain() -> None:
    assert chains_of(ArchitectureSettings("master", master=3), 4) == [[3, 1, 2, 4]]
    assert chains_of(ArchitectureSettings("parallel"), 3) == [[1, 2, 3]]


def test_peers_with_one_address_are_one_to_the_inverter(cabinet: CabinetMaker) -> None:
    one = cabinet("offset", peers=True, pack3=Switches(dip="1000"))
    assert one.speakers == [1, 2, 3]
    assert one.addressing.findings == (
        "packs 2 and 3 have the same address 2: the inverter takes them for one",
    )


def test_every_change_is_in_the_journal_with_what_is_wrong(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.panels[1].link_port_0 = True
    one.panels[1].reset()
    events = one.journal.events(0.0, 1.0, "switches")
    assert [len(event.data["findings"]) for event in events] == [1, 0]
    assert events[1].data["packs"]["pack1"] == AS_IT_SHOULD_BE[0]


def test_switches_that_a_scheme_does_not_have_are_refused_and_stay_as_they_were(
    cabinet: CabinetMaker,
) -> None:
    one = cabinet("pylontech")
    with pytest.raises(InputError, match="pack 2: switches '00000000': pylontech has 4"):
        one.panels[2].dip = "00000000"
    with pytest.raises(InputError, match="switches 'up': write 0 or 1"):
        one.panels[2].dip = "up"
    assert one.panels[2].dip is None
    assert one.words == AS_IT_SHOULD_BE


def test_switches_that_nobody_touched_stand_as_the_inverter_needs_them(cabinet: CabinetMaker) -> None:
    told: list[int] = []
    one = cabinet("pylontech")
    one.addressing.follow_line(9_600, told.append)
    assert (one.addressing.baud, told) == (9_600, [9_600])
    assert not one.addressing.findings
    one.panels[1].dip = "0000"
    assert (one.addressing.baud, told) == (9_600, [9_600])
    one.panels[1].restart()
    assert (one.addressing.baud, told) == (115_200, [9_600, 115_200])
    assert one.addressing.findings == (
        "pack 1 (DOWN DOWN DOWN DOWN): RS485 at 115200 bit/s, the inverter uses 9600",
    )
    one.addressing.reset()
    assert (one.addressing.baud, told) == (9_600, [9_600, 115_200, 9_600])


def test_the_terminator_of_whoever_is_on_the_bus_counts(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    assert one.addressing.terminates
    one.panels[2].dip = "0100"
    assert one.addressing.terminates
    one.panels[1].dip = "0100"
    assert not one.addressing.terminates


def test_a_bank_can_be_one_of_another_make_for_a_while(cabinet: CabinetMaker) -> None:
    one = cabinet("pylontech")
    one.addressing.scheme = addressing_scheme("jk")
    assert one.words[1] == "slave of pack 1, address 1, silent"
    one.addressing.reset()
    assert one.words == AS_IT_SHOULD_BE
    one.panels[1].dip = "0000"
    with pytest.raises(InputError, match="pack 1: switches '0000': seplos has 8"):
        one.addressing.scheme = addressing_scheme("seplos")
    assert one.addressing.scheme.name == "pylontech"


def test_what_a_rig_file_says_is_looked_at_on_paper() -> None:
    master = ArchitectureSettings("master")
    assert check_switches(master, [None, None, None], baud=9_600) == ()
    assert check_switches(master, [Switches(link_port_0=True), None]) == (
        "no pack is the master, so that nobody speaks: a cable is in Link Port 0 of pack 1",
    )
    assert check_switches(master, [Switches(dip="0000"), None], baud=9_600) == (
        "pack 1 (DOWN DOWN DOWN DOWN): RS485 at 115200 bit/s, the inverter uses 9600",
    )
    with pytest.raises(InputError, match="no scheme of switches 'x'"):
        check_switches(master, [None], scheme="x")


FRONTS = st.builds(
    Switches,
    dip=st.text("01", min_size=4, max_size=4) | st.none(),
    link_port_0=st.booleans() | st.none(),
    can_port=st.booleans() | st.none(),
)


@given(
    scheme=st.sampled_from(["pylontech", "pylontech-groups", "pylontech-switch1", "jk", "jk-app", "offset"]),
    fronts=st.lists(FRONTS, min_size=1, max_size=6),
)
def test_whatever_is_plugged_and_set_a_pack_has_one_master_at_most_and_nobody_speaks_alone(
    scheme: str, fronts: list[Switches]
) -> None:
    panels = {number: Panel(front) for number, front in enumerate(fronts, start=1)}
    made = Addressing(
        addressing_scheme(scheme), panels, [list(panels)], Journal(SimulatedTimeline())
    ).settings
    assert list(made) == list(panels)
    for one in made.values():
        if one.under is not None:
            assert one.role == "slave"
            assert made[one.under].master
        if one.speaks:
            assert one.master or one.under is not None
