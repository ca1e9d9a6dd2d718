"""A hub of groups: start, detection, a group lost and back, a slave lost, and the hubs that do it wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import Bank, module
from bmshil.bms import ArchitectureSettings, Fleet, Link, NodeSettings, Silence
from bmshil.bms.architectures.hub import Hub
from bmshil.dialects import Report, assign_ids, dialect, id_scheme
from bmshil.errors import InputError
from bmshil.journal import Frame, Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable

QUICK = Link(interval=0.05, timeout=3.0)

# generic-16s: 100 Ah, 50 A charge, 90 A discharge.


class Rack:
    """A bank behind a hub, and what it sends."""

    def __init__(self, *groups: int, link: Link = QUICK, **settings: Any) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.sent: list[tuple[float, Frame]] = []
        self.name = "rack"
        spoken = dialect("pylontech-lv-1.2")
        self.fleet = Fleet(
            Bank([module("generic-16s")] * sum(groups), soc=0.6),
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("+0x100"), 1),
            sender=self,
            timeline=self.timeline,
            journal=self.journal,
            settings=NodeSettings(start_up=0.0),
            architecture=ArchitectureSettings("hub", groups=groups, link=link, **settings),
        )
        self.fleet.start()
        self.timeline.run(10.0)

    def send(self, frame: Frame, planned: object = None) -> None:  # noqa: ARG002 - as senders do
        self.sent.append((self.timeline.seconds, frame))

    @property
    def hub(self) -> Hub:
        hub = self.fleet.architecture
        assert isinstance(hub, Hub)
        return hub

    @property
    def said(self) -> Report:
        (said,) = self.hub.said
        return said

    def limits(self) -> str:
        """The last 0x351, as hex."""
        return [frame.data.hex(" ").upper() for _, frame in self.sent if frame.id == 0x351][-1]

    def steps(self) -> list[tuple[float, str]]:
        """What the hub has told of itself, with the time in s."""
        return [
            (event.t, event.data["step"] + (f" {event.data['group']}" if "group" in event.data else ""))
            for event in self.journal.events(0.0, 1e9, "architecture")
            if event.source == "hub"
        ]


def test_the_groups_start_one_after_the_other_and_then_the_hub() -> None:
    rack = Rack(2, 2, 1)
    assert rack.steps() == [
        (0.0, "group started 1"),
        (1.0, "group started 2"),
        (2.0, "group started 3"),
        (2.0, "hub started"),
        (3.0, "group detected 1"),
        (3.0, "group detected 2"),
        (3.0, "group detected 3"),
    ]
    assert min(when for when, _ in rack.sent) >= 3.0
    assert rack.sent[0][1].id == 0x351


def test_the_hub_speaks_for_all_groups_under_the_base_identifiers() -> None:
    rack = Rack(2, 2, 1)
    assert rack.said.modules == 5
    assert rack.said.capacity == 500.0
    # 56.0 V, 5 x 50 A, 5 x 90 A, 44.8 V
    assert rack.limits() == "30 02 C4 09 94 11 C0 01"
    assert {frame.id for _, frame in rack.sent} == {0x359, 0x351, 0x355, 0x356, 0x35C, 0x35E}
    assert rack.hub.speakers == ()
    assert rack.hub.leds == (True, True, True)
    assert rack.hub.polls > 0
    assert rack.hub.errors == 0


def test_the_strictest_pack_of_any_group_decides() -> None:
    rack = Rack(2, 2, 1)
    rack.fleet[4].limit(cvl=55.2, ccl=10.0)
    rack.timeline.run(3.0)
    assert rack.said.cvl == pytest.approx(55.2)
    assert rack.said.ccl == pytest.approx(210.0)


@pytest.mark.parametrize(("lost", "packs"), [(1, 3), (2, 3), (3, 4)])
def test_a_lost_group_takes_its_share_with_it_and_brings_it_back(lost: int, packs: int) -> None:
    rack = Rack(2, 2, 1)
    rack.hub.lose_group(lost)
    rack.timeline.run(2.5)
    assert rack.said.modules == 5  # not before the time-out
    rack.timeline.run(3.0)
    assert rack.hub.detected == 2
    assert not rack.hub.leds[lost - 1]
    assert rack.said.modules == packs
    assert rack.said.capacity == packs * 100.0
    assert rack.said.ccl == packs * 50.0
    assert rack.said.dcl == packs * 90.0
    assert rack.said.cvl == pytest.approx(56.0)
    rack.hub.restore_group(lost)
    rack.timeline.run(3.0)
    assert rack.hub.leds == (True, True, True)
    assert rack.said.modules == 5


def test_a_group_with_a_silent_master_is_lost() -> None:
    rack = Rack(2, 1)
    with rack.fleet[1].faults.on(Silence()):
        rack.timeline.run(6.0)
        assert rack.hub.leds == (False, True)
        assert rack.said.modules == 1
    rack.timeline.run(3.0)
    assert rack.said.modules == 3


def test_a_lost_slave_is_missing_from_its_group_alone() -> None:
    rack = Rack(3, 2)
    rack.hub.lose(2)
    rack.timeline.run(6.0)
    assert rack.hub.leds == (True, True)
    assert rack.said.modules == 4
    rack.hub.restore(2)
    rack.timeline.run(3.0)
    assert rack.said.modules == 5


def test_cables_of_the_packs_reach_the_hub() -> None:
    rack = Rack(3, 2)
    rack.fleet[4].panel.can_port = False  # the master of group 2
    rack.timeline.run(6.0)
    assert rack.hub.leds == (True, False)
    assert rack.said.modules == 3
    rack.fleet[4].panel.can_port = None
    rack.fleet[2].panel.link_port_0 = False  # packs 2 and 3 hang on the master of group 1 no more
    rack.timeline.run(6.0)
    assert rack.hub.leds == (True, True)
    assert rack.said.modules == 3
    rack.fleet[2].panel.link_port_0 = None
    rack.timeline.run(6.0)
    assert rack.said.modules == 5


def test_without_any_group_the_hub_is_silent() -> None:
    rack = Rack(1, 1)
    rack.hub.lose_group(1)
    rack.hub.lose_group(2)
    rack.timeline.run(6.0)
    assert rack.hub.said == []
    assert not rack.hub.speaking
    before = len(rack.sent)
    rack.timeline.run(5.0)
    assert len(rack.sent) == before
    rack.hub.restore_group(2)
    rack.timeline.run(3.0)
    assert rack.said.modules == 1


def test_a_hub_that_keeps_a_lost_group_asks_for_its_current() -> None:
    rack = Rack(2, 2, 1, forwards="kept")
    rack.hub.lose_group(1)
    rack.timeline.run(6.0)
    assert rack.hub.detected == 2
    assert rack.said.ccl == 250.0


def test_a_hub_that_forwards_the_first_group_overlooks_the_others() -> None:
    rack = Rack(2, 2, 1)
    rack.hub.forwards = "first"
    rack.fleet[3].limit(cvl=55.2)
    rack.timeline.run(3.0)
    assert (rack.said.modules, rack.said.ccl) == (2, 100.0)
    assert rack.said.cvl == pytest.approx(56.0)
    rack.hub.lose_group(1)
    rack.timeline.run(6.0)
    assert rack.hub.said == []


def test_a_reset_mends_everything() -> None:
    rack = Rack(2, 2, 1)
    rack.hub.lose_group(3)
    rack.hub.lose(2)
    rack.hub.forwards = "first"
    rack.timeline.run(6.0)
    rack.fleet.reset()
    rack.timeline.run(3.0)
    assert rack.said.modules == 5


def test_a_stopped_bank_starts_anew() -> None:
    rack = Rack(2, 1)
    rack.fleet.stop()
    rack.timeline.run(3.0)
    assert rack.hub.leds == (False, False)
    sent, polls = len(rack.sent), rack.hub.polls
    rack.timeline.run(3.0)
    assert (len(rack.sent), rack.hub.polls) == (sent, polls)
    rack.fleet.start()
    rack.timeline.run(10.0)
    assert rack.said.modules == 3


def test_limits_never_wrap_in_the_message() -> None:
    # Six groups of sixteen that ask for 50 A each: 4800 A in 16 bits with a sign.
    rack = Rack(*(16,) * 6, link=Link())
    rack.timeline.run(15.0)
    assert rack.said.modules == 96
    assert rack.limits() == "30 02 FF 7F FF 7F C0 01"


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda: Rack(*(1,) * 7), "7 groups of at most 1 packs"),
        (lambda: Rack(17, 1), "2 groups of at most 17 packs"),
        (lambda: Rack(2, 1).hub.lose_group(3), "no group 3, the hub has groups 1 to 2"),
        (lambda: Rack(2, 1).hub.lose(1), "pack 1 is the master of group 1: use lose_group"),
        (lambda: Rack(2, 1).hub.lose(4), "no pack 4"),
        (lambda: setattr(Rack(1).hub, "forwards", "al"), "did you mean all?"),
    ],
    ids=["groups", "packs", "group", "master", "pack", "rule"],
)
def test_mistakes_are_told(mistake: Callable[[], object], words: str) -> None:
    with pytest.raises(InputError, match=words.replace("?", r"\?")):
        mistake()
