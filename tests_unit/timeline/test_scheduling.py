"""Threads beside a punctual timeline are served before other programs, or not at all."""

import os
import threading
from collections.abc import Callable

import pytest

from bmshil.timeline import WallTimeline

LONG = 20.0
Policy = tuple[int, int]


def policy() -> Policy:
    """Scheduling class and priority of the calling thread."""
    return os.sched_getscheduler(0), os.sched_getparam(0).sched_priority


class Ear:
    """A source that notes on which terms its thread runs."""

    def __init__(self) -> None:
        self.policy: Policy | None = None
        self.asked = threading.Event()

    def wait(self, timeout: float) -> bool:
        self.policy = policy()
        self.asked.set()
        threading.Event().wait(timeout)
        return False

    def poll(self) -> None: ...


def seen_on(timeline: WallTimeline) -> dict[str, Policy | None]:
    ear, told = Ear(), threading.Event()
    found: dict[str, Policy | None] = {"timeline": timeline.call(policy)}

    def take(one: Policy) -> None:
        found["lane"] = one
        told.set()

    timeline.add_source(ear)
    timeline.offload("meter", policy, take)
    assert ear.asked.wait(LONG)
    assert told.wait(LONG)
    timeline.close()
    return {**found, "source": ear.policy}


def test_without_real_time_scheduling_all_threads_are_ordinary() -> None:
    mine = policy()
    assert seen_on(WallTimeline(realtime=False)) == {"timeline": mine, "lane": mine, "source": mine}


def test_with_it_sources_and_lanes_come_right_after_the_timeline() -> None:
    timeline = WallTimeline()
    if not timeline.realtime:
        timeline.close()
        pytest.skip("real-time scheduling is not granted here: run as root, or raise the limit rtprio")
    first = os.SCHED_FIFO
    assert seen_on(timeline) == {"timeline": (first, 50), "lane": (first, 40), "source": (first, 40)}


@pytest.mark.parametrize("refusal", [PermissionError, AttributeError])
def test_a_system_that_refuses_is_no_error(
    monkeypatch: pytest.MonkeyPatch, refusal: Callable[[], Exception]
) -> None:
    def refuse(*_: object) -> None:
        raise refusal()

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    timeline = WallTimeline()
    assert not timeline.realtime
    timeline.close()
