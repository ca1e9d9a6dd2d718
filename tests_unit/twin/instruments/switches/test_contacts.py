"""Contacts do more than their coils: they weld, bounce, lose a lead, and open when their time is over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from bmshil.errors import InputError
from bmshil.timeline import SimulatedTimeline, Timeline, WallTimeline
from bmshil.twin.instruments import Contacts

if TYPE_CHECKING:
    from collections.abc import Callable

ROLES = {1: "dc_main", 2: "pv"}


class Watched:
    """Contacts whose moves are written down with their time, ms."""

    def __init__(self, timeline: Timeline | None = None) -> None:
        self.timeline = timeline or SimulatedTimeline()
        self.moves: list[tuple[float, str, bool]] = []
        self.contacts = Contacts(self.timeline, ROLES, self._moved)

    def _moved(self, role: str, closed: bool) -> None:
        self.moves.append((round(self.timeline.seconds * 1000, 3), role, closed))


@pytest.fixture
def watched() -> Watched:
    return Watched()


def test_a_contact_moves_once_per_change(watched: Watched) -> None:
    for closed in (True, True, False, False):
        watched.contacts.drive(1, closed)
    assert watched.moves == [(0, "dc_main", True), (0, "dc_main", False)]


def test_a_welded_contact_stays_closed_and_its_board_reads_open(watched: Watched) -> None:
    watched.contacts.drive(1, True)
    watched.contacts.weld("dc_main")
    watched.contacts.drive(1, False)
    assert watched.contacts.driven(1) is False
    assert watched.contacts.closed("dc_main") is True
    watched.contacts.weld("dc_main", False)
    assert watched.contacts.closed("dc_main") is False
    assert watched.moves == [(0, "dc_main", True), (0, "dc_main", False)]


def test_only_a_closed_contact_welds(watched: Watched) -> None:
    watched.contacts.weld("dc_main")
    assert watched.contacts.closed("dc_main") is False
    watched.contacts.drive(1, True)
    watched.contacts.drive(1, False)
    assert watched.contacts.closed("dc_main") is True


def test_without_its_lead_a_contact_never_closes_and_its_board_reads_closed(watched: Watched) -> None:
    watched.contacts.open_lead("pv")
    watched.contacts.drive(2, True)
    assert (watched.contacts.driven(2), watched.contacts.closed("pv")) == (True, False)
    watched.contacts.open_lead("pv", False)
    assert watched.moves == [(0, "pv", True)]


def test_a_bouncing_contact_closes_three_times_within_three_milliseconds(watched: Watched) -> None:
    watched.contacts.bounce("dc_main")
    watched.contacts.drive(1, True)
    watched.timeline.run(0.01)
    watched.contacts.drive(1, False)
    watched.timeline.run(0.01)
    assert watched.moves == [
        (0, "dc_main", True),
        (0.8, "dc_main", False),
        (1.5, "dc_main", True),
        (2.4, "dc_main", False),
        (2.9, "dc_main", True),
        (10, "dc_main", False),
    ]


def test_opened_while_it_bounces_a_contact_stays_open(watched: Watched) -> None:
    watched.contacts.bounce("dc_main")
    watched.contacts.drive(1, True)
    watched.timeline.run(0.001)
    watched.contacts.drive(1, False)
    watched.timeline.run(0.01)
    assert watched.moves[-1] == (1, "dc_main", False)


def test_a_timed_closure_ends_by_itself_and_is_prolonged_by_the_next(watched: Watched) -> None:
    watched.contacts.drive_for(1, 0.5)
    watched.timeline.run(0.4)
    watched.contacts.drive_for(1, 0.5)
    watched.timeline.run(0.4)
    assert watched.contacts.driven(1) is True
    watched.timeline.run(0.2)
    assert watched.contacts.driven(1) is False
    assert watched.moves == [(0, "dc_main", True), (900, "dc_main", False)]


@pytest.mark.parametrize("last", [True, False])
def test_a_plain_command_takes_the_time_away(watched: Watched, last: bool) -> None:
    watched.contacts.drive_for(1, 0.5)
    watched.contacts.drive(1, last)
    watched.timeline.run(1.0)
    assert watched.contacts.closed("dc_main") is last


def test_a_timed_closure_ends_on_wall_time_too() -> None:
    timeline = WallTimeline(realtime=False)
    opened = threading.Event()
    try:
        contacts = Contacts(timeline, ROLES, lambda _, closed: None if closed else opened.set())
        contacts.drive_for(1, 0.02)
        assert opened.wait(5)
        assert contacts.driven(1) is False
    finally:
        timeline.close()


def test_an_interlock_stands_in_the_coil_circuit(watched: Watched) -> None:
    permitted = False
    watched.contacts.interlock("dc_main", lambda: permitted)
    watched.contacts.drive(1, True)
    assert (watched.contacts.driven(1), watched.contacts.closed("dc_main")) == (True, False)
    permitted = True
    watched.contacts.settle("dc_main")
    assert watched.contacts.closed("dc_main") is True
    permitted = False
    watched.contacts.settle("dc_main")
    assert watched.moves == [(0, "dc_main", True), (0, "dc_main", False)]


@pytest.mark.parametrize("fault", [Contacts.weld, Contacts.bounce, Contacts.open_lead])
def test_a_contact_that_is_not_there_is_named(watched: Watched, fault: Callable[..., None]) -> None:
    with pytest.raises(InputError, match="no contact 'dc_mian' on this board: take one of dc_main, pv"):
        fault(watched.contacts, "dc_mian")
