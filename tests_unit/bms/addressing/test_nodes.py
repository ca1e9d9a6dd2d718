"""Moved switches and cables, seen in what the nodes of a bank send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import Bank, module
from bmshil.bms import ArchitectureSettings, Fleet, NodeSettings, Switches
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.errors import InputError
from bmshil.journal import Frame, Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMITS = 0x351


class Sent:
    """A bank on simulated time, and the identifiers that it sends."""

    def __init__(self, kind: str, switches: Sequence[Switches | None] = (), **more: Any) -> None:
        self.name = "sent"
        self.timeline = SimulatedTimeline()
        self.frames: list[Frame] = []
        spoken = dialect("pylontech-lv-1.2")
        alone = kind != "parallel"
        self.fleet = Fleet(
            Bank([module("us3000c")] * 3),
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("base" if alone else "+0x100"), 1 if alone else 3),
            sender=self,
            timeline=self.timeline,
            journal=Journal(self.timeline),
            settings=NodeSettings(start_up=0.0),
            architecture=ArchitectureSettings(kind),  # type: ignore[arg-type]  # one of the known words
            switches=switches,
            **more,
        )
        self.fleet.start()

    def send(self, frame: Frame, _planned: object = None) -> None:
        self.frames.append(frame)

    def limits(self, seconds: float = 2.0) -> list[int]:
        """Identifiers of the limits that are sent over the next seconds, in their order of number."""
        self.timeline.run(1.0)
        self.frames.clear()
        self.timeline.run(seconds)
        return sorted(one.id for one in self.frames if one.id & 0xFF == LIMITS & 0xFF)


def test_a_parallel_bank_speaks_by_its_addresses() -> None:
    sent = Sent("parallel")
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451, 0x551, 0x551]
    sent.fleet[3].panel.dip = "1000"
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451, 0x451, 0x451]
    sent.fleet[2].panel.can_port = False
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451]
    sent.fleet.reset()
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451, 0x551, 0x551]


def test_switches_of_the_rig_file_are_there_again_after_a_reset() -> None:
    sent = Sent("parallel", [None, Switches(dip="0000")])
    assert sent.limits() == [0x351, 0x351, 0x351, 0x351, 0x551, 0x551]
    sent.fleet[2].panel.dip = None
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451, 0x551, 0x551]
    sent.fleet.reset()
    assert sent.limits() == [0x351, 0x351, 0x351, 0x351, 0x551, 0x551]


def test_an_address_for_which_there_are_no_identifiers_is_refused() -> None:
    sent = Sent("parallel")
    with pytest.raises(InputError, match="pack 1 has address 5, and this bank has identifiers for 1, 2, 3"):
        sent.fleet[1].panel.dip = "0010"
    assert sent.fleet.addressing.settings[1].address == 1
    assert sent.limits() == [0x351, 0x351, 0x451, 0x451, 0x551, 0x551]


def test_where_one_speaks_for_all_cables_decide_who_that_is() -> None:
    sent = Sent("lone_master")
    assert sent.limits() == [0x351, 0x351]
    sent.fleet[1].panel.link_port_0 = True
    assert sent.limits() == []
    assert sent.fleet.addressing.findings
    sent.fleet[1].panel.reset()
    sent.fleet[2].panel.can_port = True
    assert sent.limits() == [0x351, 0x351, 0x351, 0x351]
    sent.fleet.reset()
    assert sent.limits() == [0x351, 0x351]
    assert sent.fleet.addressing.findings == ()


def test_a_pack_alone_with_its_own_can_cable_speaks() -> None:
    sent = Sent("lone_master")
    for number in (1, 3):
        sent.fleet[number].stop()
    sent.fleet[2].panel.set(link_port_0=False, can_port=True)
    assert sent.limits() == [0x351, 0x351]


def test_a_start_takes_over_the_baud() -> None:
    sent = Sent("lone_master")
    sent.fleet[1].panel.dip = "1000"
    assert sent.fleet.addressing.settings[1].baud == 115_200
    sent.fleet[1].stop()
    sent.fleet[1].start()
    assert sent.fleet.addressing.settings[1].baud == 9_600
