"""Planned slots, on simulated time and on a timeline that stalls at will."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.timeline import Nanoseconds, Periodic, SimulatedTimeline, Timeline

PERIOD = 100


class StallingTimeline(Timeline):
    """Runs one planned event at a time, as late as the test wants."""

    simulated = False
    epoch = datetime(2026, 1, 1, tzinfo=UTC)

    def __init__(self) -> None:
        self.clock = 0
        self.planned: tuple[int, Callable[[], object]] | None = None

    @property
    def now(self) -> Nanoseconds:
        return Nanoseconds(self.clock)

    def at(self, when: Nanoseconds, action: Callable[[], object]) -> None:
        assert self.planned is None, "one recurring action has one planned event"
        self.planned = (when, action)

    def serve(self, late: int) -> None:
        """Run the planned event ``late`` nanoseconds after it is due."""
        assert self.planned is not None
        when, action = self.planned
        self.planned = None
        self.clock = max(self.clock, when + late)
        action()

    def _unused(self, *_: object, **__: object) -> None:
        raise NotImplementedError

    run = until = call = post = offload = add_source = remove_source = close = _unused  # type: ignore[assignment]


def starts_on(timeline: StallingTimeline, busy: list[int]) -> tuple[Periodic, list[int]]:
    """Plan an action that takes the next of ``busy`` nanoseconds, and the list of its starts."""
    starts: list[int] = []
    spans = iter(busy)

    def action() -> None:
        starts.append(timeline.clock)
        timeline.clock += next(spans, 0)

    return Periodic(timeline, Nanoseconds(PERIOD), action, Nanoseconds(0)), starts


def test_slots_stand_on_a_grid_from_the_phase_on() -> None:
    timeline = SimulatedTimeline()
    seen: list[float] = []
    slots = timeline.every(0.5, lambda: seen.append(timeline.seconds), phase=0.2)
    timeline.run(2)
    assert seen == pytest.approx([0.2, 0.7, 1.2, 1.7])
    assert (slots.done, slots.skipped, slots.due) == (4, 0, 2_200_000_000)


def test_a_day_of_slots_does_not_drift() -> None:
    timeline = SimulatedTimeline()
    slots = timeline.every(1.0, lambda: None)
    timeline.run(86_400)
    assert (slots.done, slots.skipped, slots.due) == (86_401, 0, 86_401_000_000_000)


def test_a_cancelled_action_runs_no_more_even_when_it_cancels_itself() -> None:
    timeline = SimulatedTimeline()
    slots = timeline.every(1.0, lambda: slots.cancel() if slots.done == 3 else None)
    timeline.run(100)
    assert slots.done == 3


def test_a_new_period_counts_from_the_next_slot_on() -> None:
    timeline = SimulatedTimeline()
    seen: list[float] = []
    slots = timeline.every(1.0, lambda: seen.append(timeline.seconds))
    timeline.run(1.5)
    slots.period = 0.25
    timeline.run(1)
    assert seen == [0.0, 1.0, 2.0, 2.25, 2.5]
    assert slots.period == 0.25


@pytest.mark.parametrize("seconds", [0.0, -1.0, 1e-10])
def test_a_period_must_be_positive(seconds: float) -> None:
    timeline = SimulatedTimeline()
    with pytest.raises(ValueError, match="positive"):
        timeline.every(seconds, lambda: None)
    slots = timeline.every(1.0, lambda: None)
    with pytest.raises(ValueError, match="positive"):
        slots.period = seconds


def test_an_action_that_raises_keeps_its_slots() -> None:
    timeline = SimulatedTimeline()
    seen: list[float] = []

    def action() -> None:
        seen.append(timeline.seconds)
        if len(seen) == 2:
            raise ZeroDivisionError

    timeline.every(1.0, action)
    with pytest.raises(ZeroDivisionError):
        timeline.run(5)
    timeline.run(2)
    assert seen == [0.0, 1.0, 2.0, 3.0]


def test_a_slot_late_by_half_a_period_is_run() -> None:
    timeline = StallingTimeline()
    slots, starts = starts_on(timeline, [])
    timeline.serve(50)
    timeline.serve(0)
    assert (starts, slots.done, slots.skipped) == ([50, 100], 2, 0)


def test_a_slot_late_by_more_than_half_a_period_is_skipped() -> None:
    timeline = StallingTimeline()
    slots, starts = starts_on(timeline, [])
    timeline.serve(51)
    timeline.serve(0)
    assert (starts, slots.done, slots.skipped) == ([100], 1, 1)


def test_a_stall_of_ten_periods_makes_no_burst() -> None:
    timeline = StallingTimeline()
    slots, starts = starts_on(timeline, [1_020])
    timeline.serve(0)
    timeline.serve(0)
    timeline.serve(0)
    assert starts == [0, 1_020, 1_100]
    assert (slots.done, slots.skipped) == (3, 9)


@given(
    late=st.lists(st.integers(min_value=0, max_value=5 * PERIOD), min_size=1, max_size=40),
    busy=st.lists(st.integers(min_value=0, max_value=5 * PERIOD), max_size=40),
)
def test_runs_are_never_closer_than_half_a_period_and_every_slot_is_counted(
    late: list[int], busy: list[int]
) -> None:
    timeline = StallingTimeline()
    slots, starts = starts_on(timeline, busy)
    for span in late:
        timeline.serve(span)
    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert all(gap >= PERIOD / 2 for gap in gaps)
    assert all(start % PERIOD <= PERIOD / 2 for start in starts)
    assert slots.done == len(starts)
    assert (slots.done + slots.skipped) * PERIOD == slots.due
