"""Simulated time: the order of events, jumps, and what it refuses."""

import threading
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import TimelineError
from bmshil.timeline import Nanoseconds, SimulatedTimeline


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


def test_time_starts_at_zero_and_waiting_moves_it_exactly(timeline: SimulatedTimeline) -> None:
    assert (timeline.now, timeline.seconds) == (0, 0.0)
    timeline.run(86_400.25)
    assert timeline.now == 86_400_250_000_000
    assert timeline.seconds == 86_400.25


def test_events_of_one_instant_run_in_the_order_of_planning(timeline: SimulatedTimeline) -> None:
    seen: list[str] = []
    timeline.at(Nanoseconds(2_000), partial(seen.append, "late"))
    for name in ("first", "second", "third"):
        timeline.at(Nanoseconds(1_000), partial(seen.append, name))
    timeline.run(1)
    assert seen == ["first", "second", "third", "late"]


@given(st.lists(st.integers(min_value=0, max_value=20), max_size=50))
def test_events_run_by_time_and_then_by_order(times: list[int]) -> None:
    timeline = SimulatedTimeline()
    seen: list[tuple[int, int]] = []
    for order, when in enumerate(times):
        timeline.at(Nanoseconds(when), lambda when=when, order=order: seen.append((when, order)))
    timeline.run(1)
    assert seen == sorted((when, order) for order, when in enumerate(times))


def test_an_event_sees_the_time_that_it_was_planned_for(timeline: SimulatedTimeline) -> None:
    seen: list[int] = []
    timeline.after(3_600, lambda: seen.append(timeline.now))
    timeline.at(Nanoseconds(5), lambda: seen.append(timeline.now))
    timeline.run(4_000)
    assert seen == [5, 3_600_000_000_000]
    assert timeline.now == 4_000_000_000_000


def test_an_event_at_the_end_of_the_wait_still_runs_and_a_later_one_does_not(
    timeline: SimulatedTimeline,
) -> None:
    seen: list[str] = []
    timeline.after(1.0, partial(seen.append, "end"))
    timeline.at(Nanoseconds(1_000_000_001), partial(seen.append, "beyond"))
    timeline.run(1.0)
    assert seen == ["end"]


def test_a_time_that_has_passed_means_now(timeline: SimulatedTimeline) -> None:
    timeline.run(10)
    seen: list[int] = []
    timeline.at(Nanoseconds(0), lambda: seen.append(timeline.now))
    timeline.run(0)
    assert seen == [10_000_000_000]


def test_a_cancelled_timer_does_not_fire(timeline: SimulatedTimeline) -> None:
    seen: list[str] = []
    kept = timeline.after(1, partial(seen.append, "kept"))
    dropped = timeline.after(1, partial(seen.append, "dropped"))
    dropped.cancel()
    assert (kept.pending, dropped.pending) == (True, False)
    timeline.run(2)
    assert seen == ["kept"]
    assert not kept.pending


def test_until_stops_at_the_event_that_makes_the_condition_true(timeline: SimulatedTimeline) -> None:
    seen: list[int] = []
    for number in range(1, 6):
        timeline.after(number, partial(seen.append, number))
    assert timeline.until(lambda: len(seen) == 3, timeout=100)
    assert (seen, timeline.seconds) == ([1, 2, 3], 3.0)


def test_until_tests_its_condition_after_each_event_of_an_instant(timeline: SimulatedTimeline) -> None:
    lengths: list[int] = []
    seen: list[str] = []
    timeline.after(1, partial(seen.append, "a"))
    timeline.after(1, partial(seen.append, "b"))

    def condition() -> bool:
        lengths.append(len(seen))
        return len(seen) == 2

    assert timeline.until(condition, timeout=5)
    assert lengths == [0, 1, 2]


def test_until_takes_no_time_when_the_condition_holds_already(timeline: SimulatedTimeline) -> None:
    timeline.after(0, lambda: pytest.fail("no event may run"))
    assert timeline.until(lambda: True, timeout=5)
    assert timeline.now == 0


def test_until_says_when_time_ran_out(timeline: SimulatedTimeline) -> None:
    assert not timeline.until(lambda: False, timeout=2.5)
    assert timeline.seconds == 2.5


def test_until_tests_its_condition_at_the_end_as_well(timeline: SimulatedTimeline) -> None:
    assert timeline.until(lambda: timeline.seconds >= 2, timeout=2)


def test_call_post_and_offload(timeline: SimulatedTimeline) -> None:
    seen: list[str] = []
    timeline.post(partial(seen.append, "posted"))
    assert timeline.call(lambda: "called") == "called"
    timeline.offload("meter", lambda: "measured", seen.append)
    assert seen == ["measured"]
    timeline.run(0)
    assert seen == ["measured", "posted"]


def test_the_world_stands_still_while_work_is_offloaded(timeline: SimulatedTimeline) -> None:
    seen: list[int] = []
    timeline.after(1, lambda: timeline.offload("meter", lambda: timeline.now, seen.append))
    timeline.run(2)
    assert seen == [1_000_000_000]


@pytest.mark.parametrize("wait", ["run", "until"])
def test_waiting_inside_an_event_raises(timeline: SimulatedTimeline, wait: str) -> None:
    def event() -> None:
        if wait == "run":
            timeline.run(1)
        else:
            timeline.until(lambda: True, timeout=1)

    timeline.after(1, event)
    with pytest.raises(TimelineError, match="inside an event"):
        timeline.run(2)


@pytest.mark.parametrize("what", ["run", "until", "post"])
def test_another_thread_has_no_say_in_simulated_time(timeline: SimulatedTimeline, what: str) -> None:
    actions = {
        "run": lambda: timeline.run(1),
        "until": lambda: timeline.until(lambda: True, timeout=1),
        "post": lambda: timeline.post(lambda: None),
    }
    errors: list[TimelineError] = []

    def attempt() -> None:
        try:
            actions[what]()
        except TimelineError as error:
            errors.append(error)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert "wall time" in str(errors[0])
    assert timeline.now == 0


def test_an_endless_loop_at_one_instant_is_named(timeline: SimulatedTimeline) -> None:
    def chase_my_tail() -> None:
        timeline.post(chase_my_tail)

    timeline.post(chase_my_tail)
    with pytest.raises(TimelineError, match="chase_my_tail"):
        timeline.run(1)


def test_an_endless_loop_of_timers_names_what_the_timer_runs(timeline: SimulatedTimeline) -> None:
    def never_later() -> None:
        timeline.after(0, never_later)

    never_later()
    with pytest.raises(TimelineError, match="never_later"):
        timeline.run(1)


def test_many_events_over_several_instants_are_no_loop(timeline: SimulatedTimeline) -> None:
    seen = timeline.every(1e-6, lambda: None)
    timeline.run(0.15)
    assert seen.done == 150_001


def test_an_error_of_an_event_comes_out_of_the_wait_and_time_can_go_on(timeline: SimulatedTimeline) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    timeline.after(1, fail)
    with pytest.raises(ZeroDivisionError):
        timeline.run(5)
    assert timeline.seconds == 1.0
    timeline.after(0, fail)
    with pytest.raises(ZeroDivisionError):
        timeline.until(lambda: False, timeout=5)
    timeline.run(1)
    assert timeline.seconds == 2.0


def test_an_error_of_a_condition_comes_out_of_until(timeline: SimulatedTimeline) -> None:
    timeline.after(1, lambda: None)
    with pytest.raises(ZeroDivisionError):
        timeline.until(lambda: timeline.seconds > 0 and bool(1 // 0), timeout=5)


class Mailbox:
    """A source that notes when it was asked."""

    def __init__(self, timeline: SimulatedTimeline) -> None:
        self.timeline = timeline
        self.asked: list[float] = []

    def poll(self) -> None:
        self.asked.append(self.timeline.seconds)

    def wait(self, timeout: float) -> bool:
        pytest.fail(f"nobody waits {timeout} s for a source on simulated time")


def test_sources_are_polled_after_each_event_until_they_are_removed(timeline: SimulatedTimeline) -> None:
    mailbox = Mailbox(timeline)
    timeline.add_source(mailbox)
    timeline.after(1, lambda: None)
    timeline.after(2, lambda: None)
    timeline.run(3)
    timeline.remove_source(mailbox)
    timeline.after(1, lambda: None)
    timeline.run(3)
    assert mailbox.asked == [1.0, 2.0]


def test_a_closed_timeline_forgets_its_events(timeline: SimulatedTimeline) -> None:
    timeline.after(1, lambda: pytest.fail("closed"))
    timeline.close()
    timeline.close()
    timeline.run(2)
