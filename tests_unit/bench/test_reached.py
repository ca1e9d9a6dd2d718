"""Frames that shall disturb a device: whether they were on the bus."""

from typing import Any

import pytest

from bmshil.bench.bus.reached import Reached
from bmshil.journal import Direction, Frame, Journal
from bmshil.timeline import SimulatedTimeline

SAID = Frame(0x111, b"\x55\xaa")
OTHER = Frame(0x222, b"\x55\xaa")


class Cable:
    """A port whose frames the witness hears, but for one of so many."""

    name = "disturber"

    def __init__(self, journal: Journal, timeline: SimulatedTimeline, lost: int) -> None:
        self._journal, self._timeline, self._lost = journal, timeline, lost
        self._ear = journal.port("witness")
        self._sent = 0

    def send(self, frame: Frame, _planned: int | None = None) -> None:
        self._sent += 1
        if self._sent % self._lost:
            self._journal.frame(self._ear, self._timeline.now, Direction.RECEIVED, frame)


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (1, "only 0 of 200 disturbing frames were on the bus"),
        (2, "only 100 of 200 disturbing frames were on the bus"),  # all of one identifier
        (9, "only 178 of 200 disturbing frames were on the bus"),
        (11, ""),
        (1000, ""),
    ],
)
def test_what_did_not_reach_the_bus_is_told(lost: int, told: str) -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    port: Any = Cable(journal, timeline, lost)
    sender = Reached(port, timeline)
    sender.send(SAID)  # before the time that is asked for
    timeline.run(1.0)
    for _ in range(100):
        sender.send(SAID)
        sender.send(OTHER)
        timeline.run(0.01)
    timeline.run(1.0)
    assert sender.missing(journal, "witness", 0.5) == told
    assert not sender.missing(journal, "witness", 0.5), "each frame is asked for once"


def test_a_frame_just_sent_and_what_another_says_count_for_nothing() -> None:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    port: Any = Cable(journal, timeline, 1)
    sender = Reached(port, timeline)
    sender.send(SAID)
    assert not sender.missing(journal, "witness", 0.0), "it is on its way"
    sender.send(SAID)
    journal.frame(0, timeline.now, Direction.RECEIVED, Frame(0x111, b"\x01\x02"))  # the pack's own value
    timeline.run(1.0)
    assert sender.missing(journal, "witness", 0.0) == "only 0 of 1 disturbing frames were on the bus"
