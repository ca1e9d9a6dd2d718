"""Helper threads stand behind the timeline, and before other programs where the system grants it."""

from __future__ import annotations

import os
import threading

import pytest

from bmshil.timeline import WallTimeline

FIFO_40 = (os.SCHED_FIFO, 40)
ORDINARY = (os.SCHED_OTHER, 0)


def standing() -> tuple[int, int]:
    """Policy and priority of the calling thread."""
    return os.sched_getscheduler(0), os.sched_getparam(0).sched_priority


class Watched:
    """A source that remembers how its thread is scheduled."""

    def __init__(self) -> None:
        self.found: tuple[int, int] | None = None
        self.seen = threading.Event()

    def poll(self) -> None:
        pass

    def wait(self, timeout: float) -> bool:
        self.found = standing()
        self.seen.set()
        threading.Event().wait(timeout)
        return False


@pytest.mark.parametrize("asked", [True, False])
def test_helpers_follow_the_timeline(asked: bool) -> None:
    timeline = WallTimeline(realtime=asked)
    source = Watched()
    found: list[tuple[int, int]] = []
    try:
        timeline.add_source(source)
        assert source.seen.wait(5.0)
        timeline.offload("meter", standing, found.append)
        assert timeline.until(lambda: bool(found), 5.0)
        granted = timeline.realtime
    finally:
        timeline.close()
    expected = FIFO_40 if granted else ORDINARY
    assert (source.found, found) == (expected, [expected])
    assert granted is False or asked


def test_the_waiting_thread_keeps_its_place() -> None:
    before = standing()
    timeline = WallTimeline()
    timeline.run(0.0)
    timeline.close()
    assert standing() == before
