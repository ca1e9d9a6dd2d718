"""What the control loop measures of itself, and when it calls itself out of tolerance."""

from __future__ import annotations

import pytest

from bmshil.bench.terminals.loop_watch import LoopWatch, Swings
from bmshil.journal import Journal
from bmshil.timeline import Nanoseconds, SimulatedTimeline, to_ns


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def journal(timeline: SimulatedTimeline) -> Journal:
    return Journal(timeline)


class Loop:
    """Steps of a loop with a device at 10 mohm: 0.24 V are 24 A."""

    def __init__(self, timeline: SimulatedTimeline, journal: Journal, longest: float = 0.2) -> None:
        self.timeline = timeline
        self.journal = journal
        self.watch = LoopWatch(journal, period=0.1, longest=longest, ohms=0.006, rating=120.0)

    def step(self, target: float, *, every: float = 0.1, takes: float = 0.0, seen: float = 52.0) -> None:
        self.timeline.run(every)
        asked = Nanoseconds(self.timeline.now - to_ns(takes))
        self.watch.step(asked, self.timeline.now, target, seen, 0.004, idle=seen != 52.0)

    def told(self) -> list[str]:
        return [f"{one.kind}: {one.data['cause']}" for one in self.journal.events(0.0, 1e9)]

    def figures(self, name: str) -> list[float]:
        _, values = self.journal.samples(f"loop.{name}", 0.0, 1e9)
        return [round(float(one), 4) for one in values]


@pytest.fixture
def loop(timeline: SimulatedTimeline, journal: Journal) -> Loop:
    return Loop(timeline, journal)


def test_period_and_latency_are_written_every_five_seconds(loop: Loop) -> None:
    for _ in range(101):
        loop.step(52.0, takes=0.03)
    assert loop.figures("period") == [0.1, 0.1]
    assert loop.figures("latency") == [0.13, 0.13]  # from asking for one sample to the next confirmation
    assert loop.figures("ripple") == [0.0, 0.0]
    assert loop.told() == []


def test_the_worst_of_all_is_kept(loop: Loop) -> None:
    assert loop.watch.figures == {}
    for every in (0.1, 0.12, 0.1):
        for _ in range(60):
            loop.step(52.0, every=every, takes=0.02)
    assert loop.watch.figures == {"period_s": 0.12, "latency_s": 0.14, "ripple_a": 0.0}


def test_a_loop_that_is_slow_for_long_says_so_and_one_pause_is_none(loop: Loop) -> None:
    for _ in range(50):
        loop.step(52.0)
    loop.step(52.0, every=1.0)
    assert loop.told() == []
    for _ in range(20):
        loop.step(52.0, every=0.3)
    assert loop.figures("period")[0] == 1.0
    assert "loop_late: 0.30 s between two steps instead of 0.1 s" in loop.told()


def test_a_latency_beyond_what_is_stable_is_told(loop: Loop) -> None:
    for _ in range(60):
        loop.step(52.0, takes=0.25)
    assert loop.told() == ["loop_late: a set-point is in force only 0.35 s after its sample"]


def test_what_the_meter_sees_late_counts_as_latency(loop: Loop) -> None:
    """While the bank moves without current, each set-point is seen five steps later."""
    targets = [52.0 + 0.2 * step for step in range(60)]
    for step, target in enumerate(targets):
        loop.step(target, seen=targets[max(0, step - 5)] + 0.001)
    assert loop.figures("latency")[-1] == 0.5
    assert loop.told() == ["loop_late: a set-point is in force only 0.50 s after its sample"]


def test_swinging_to_and_fro_is_ripple(loop: Loop) -> None:
    for step in range(110):
        loop.step(52.0 + (0.0, 0.1, 0.0, -0.1)[step % 4])
    assert loop.figures("ripple") == [10.0, 10.0]  # 0.1 V over 10 mohm
    assert loop.told()[0] == "loop_ripple: 10.0 A to and fro, above 2.4 A"


def test_a_step_there_and_back_is_no_ripple(loop: Loop) -> None:
    for step in range(200):
        loop.step(52.3 if 50 <= step < 100 else 52.0)
    assert max(loop.figures("ripple")) == 0.0
    assert loop.told() == []


def test_another_period_is_measured_from_its_begin(loop: Loop) -> None:
    for _ in range(30):
        loop.step(52.0)
    loop.watch.change(0.05)
    for _ in range(110):
        loop.step(52.0, every=0.05)
    assert loop.figures("period") == [0.05]
    assert loop.told() == []


def test_swings_smaller_than_what_counts_are_not_seen() -> None:
    swings = Swings(0.1)
    for step in range(100):
        swings.add(float(step), 0.04 * (-1) ** step)
        assert swings.ripple(float(step)) == 0.0
