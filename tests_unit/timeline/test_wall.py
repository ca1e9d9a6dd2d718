"""Wall time, in short spans: who runs what on which thread, and that close leaves nothing behind."""

import queue
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from bmshil.errors import TimelineError
from bmshil.timeline import Nanoseconds, WallTimeline, to_ns

pytestmark = pytest.mark.wall

LONG = 20.0
"""A timeout that a busy machine does not reach, s."""


@pytest.fixture
def timeline() -> Iterator[WallTimeline]:
    timeline = WallTimeline(realtime=False)
    yield timeline
    timeline.close()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("bmshil")]


def test_run_takes_the_time_it_says(timeline: WallTimeline) -> None:
    before = timeline.now
    timeline.run(0.05)
    assert timeline.now - before >= to_ns(0.05)


def test_events_run_in_order_and_never_early(timeline: WallTimeline) -> None:
    seen: list[tuple[str, bool]] = []
    start = timeline.now

    def note(name: str, due: int) -> None:
        seen.append((name, timeline.now >= due))

    for name, offset in (("c", 30_000_000), ("a", 10_000_000), ("b", 20_000_000)):
        due = Nanoseconds(start + offset)
        timeline.at(due, partial(note, name, due))
    assert timeline.until(lambda: len(seen) == 3, LONG)
    assert seen == [("a", True), ("b", True), ("c", True)]


def test_until_wakes_up_at_the_event_and_not_at_the_timeout(timeline: WallTimeline) -> None:
    flag: list[bool] = []
    timeline.after(0.02, lambda: flag.append(True))
    assert timeline.until(lambda: bool(flag), LONG)
    assert timeline.seconds < LONG / 2


def test_until_says_when_time_ran_out(timeline: WallTimeline) -> None:
    before = timeline.now
    assert not timeline.until(lambda: False, 0.03)
    assert timeline.now - before >= to_ns(0.03)


def test_the_condition_is_tested_on_the_timeline(timeline: WallTimeline) -> None:
    names: list[str] = []

    def condition() -> bool:
        names.append(threading.current_thread().name)
        return True

    assert timeline.until(condition, LONG)
    assert names == ["bmshil-timeline"]


def test_call_runs_on_the_timeline_and_returns_or_raises(timeline: WallTimeline) -> None:
    assert timeline.call(lambda: threading.current_thread().name) == "bmshil-timeline"
    with pytest.raises(ZeroDivisionError):
        timeline.call(lambda: 1 // 0)
    timeline.run(0.001)  # the error of a call belongs to its caller alone


def test_call_inside_an_event_runs_at_once(timeline: WallTimeline) -> None:
    assert timeline.call(lambda: timeline.call(lambda: 42)) == 42


def test_posts_of_many_threads_all_arrive(timeline: WallTimeline) -> None:
    seen: list[int] = []

    def send(first: int) -> None:
        for number in range(first, first + 100):
            timeline.post(partial(seen.append, number))

    senders = [threading.Thread(target=send, args=(first,)) for first in (0, 100, 200, 300)]
    for sender in senders:
        sender.start()
    assert timeline.until(lambda: len(seen) == 400, LONG)
    for sender in senders:
        sender.join()
    assert sorted(seen) == list(range(400))
    assert [number for number in seen if number < 100] == list(range(100))


def test_offloaded_work_leaves_the_timeline_free_and_hands_back_on_it(timeline: WallTimeline) -> None:
    release = threading.Event()
    results: list[tuple[str, str]] = []

    def work() -> str:
        assert release.wait(LONG)
        return threading.current_thread().name

    timeline.offload("meter", work, lambda name: results.append((name, threading.current_thread().name)))
    assert timeline.call(lambda: "free") == "free"
    assert results == []
    release.set()
    assert timeline.until(lambda: bool(results), LONG)
    assert results[0][0].startswith("bmshil-lane-meter")
    assert results[0][1] == "bmshil-timeline"


def test_work_of_one_lane_keeps_its_order_and_other_lanes_do_not_wait(timeline: WallTimeline) -> None:
    release = threading.Event()
    done: list[str] = []
    timeline.offload("load", lambda: release.wait(LONG), lambda _: done.append("load 1"))
    timeline.offload("load", lambda: None, lambda _: done.append("load 2"))
    timeline.offload("meter", lambda: None, lambda _: done.append("meter"))
    assert timeline.until(lambda: bool(done), LONG)
    assert done == ["meter"]
    release.set()
    assert timeline.until(lambda: len(done) == 3, LONG)
    assert done == ["meter", "load 1", "load 2"]


@pytest.mark.parametrize("where", ["event", "offload", "source"])
@pytest.mark.parametrize("wait", ["run", "until"])
def test_an_error_comes_out_of_the_wait(timeline: WallTimeline, where: str, wait: str) -> None:
    def fail(*_: object) -> bool:
        raise ZeroDivisionError(where)

    if where == "event":
        timeline.after(0.005, fail)
    elif where == "offload":
        timeline.offload("meter", fail, lambda _: None)
    else:
        source = Letters()
        source.wait = fail  # type: ignore[method-assign]
        timeline.add_source(source)
    waits = {"run": lambda: timeline.run(LONG), "until": lambda: timeline.until(lambda: False, LONG)}
    with pytest.raises(ZeroDivisionError, match=where):
        waits[wait]()
    timeline.run(0.001)  # raised once, not for ever


def test_an_error_of_a_condition_comes_out_of_until(timeline: WallTimeline) -> None:
    with pytest.raises(ZeroDivisionError):
        timeline.until(lambda: bool(1 // 0), LONG)


def test_waiting_inside_an_event_raises(timeline: WallTimeline) -> None:
    timeline.post(lambda: timeline.run(1))
    with pytest.raises(TimelineError, match="inside an event"):
        timeline.run(LONG)


class Letters:
    """A source that blocks on a queue, as a socket would."""

    def __init__(self) -> None:
        self.queue: queue.Queue[str] = queue.Queue()
        self.arrived: list[str] = []
        self.seen: list[tuple[str, str]] = []

    def wait(self, timeout: float) -> bool:
        try:
            self.arrived.append(self.queue.get(timeout=timeout))
        except queue.Empty:
            return False
        return True

    def poll(self) -> None:
        while self.arrived:
            self.seen.append((self.arrived.pop(0), threading.current_thread().name))


def test_a_source_is_waited_for_on_its_own_thread_and_polled_on_the_timeline(timeline: WallTimeline) -> None:
    source = Letters()
    timeline.add_source(source)
    source.queue.put("one")
    source.queue.put("two")
    assert timeline.until(lambda: len(source.seen) == 2, LONG)
    assert source.seen == [("one", "bmshil-timeline"), ("two", "bmshil-timeline")]


def test_a_removed_source_is_no_longer_read(timeline: WallTimeline) -> None:
    source = Letters()
    timeline.add_source(source)
    timeline.remove_source(source)
    timeline.remove_source(source)
    source.queue.put("late")
    timeline.run(0.01)
    assert (source.seen, source.queue.qsize()) == ([], 1)


def test_a_stall_costs_slots_instead_of_a_burst(timeline: WallTimeline) -> None:
    stalled = threading.Event()
    slots = timeline.every(0.02, lambda: None)
    timeline.after(0.03, lambda: stalled.wait(0.1))
    assert timeline.until(lambda: slots.done >= 5, LONG)
    slots.cancel()
    assert slots.skipped >= 3


def test_lateness_of_a_stall_is_recorded(timeline: WallTimeline) -> None:
    never = threading.Event()
    timeline.after(0.001, lambda: never.wait(0.05))
    timeline.after(0.002, lambda: None)
    timeline.run(0.01)
    assert timeline.lateness.count >= 3
    assert timeline.lateness.max >= 0.045


def test_close_leaves_no_thread_and_can_be_repeated() -> None:
    before = threads()
    timeline = WallTimeline(realtime=False)
    timeline.add_source(Letters())
    timeline.offload("load", lambda: None, lambda _: None)
    assert len(threads()) == len(before) + 3
    timeline.close()
    timeline.close()
    assert threads() == before


def test_a_closed_timeline_says_so() -> None:
    timeline = WallTimeline(realtime=False)
    timeline.close()
    with pytest.raises(TimelineError, match="closed"):
        timeline.run(0.01)
    with pytest.raises(TimelineError, match="closed"):
        timeline.call(lambda: None)
