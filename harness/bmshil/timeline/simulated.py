"""Simulated time: waiting jumps to the next event."""

from __future__ import annotations

import heapq
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bmshil.errors import TimelineError
from bmshil.timeline.base import Source, Timeline
from bmshil.timeline.clock import Nanoseconds, to_ns
from bmshil.timeline.periodic import Periodic
from bmshil.timeline.timer import Timer

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

EVENTS_PER_INSTANT = 100_000
"""More events than this at one instant are an endless loop, not a busy moment."""


class SimulatedTimeline(Timeline):
    """Time that moves only while its owner waits.

    The thread that creates the timeline owns it: only it may wait, and never inside an event. The
    epoch is fixed, so that two runs see the same midnight.
    """

    simulated = True
    epoch = datetime(2026, 1, 1, tzinfo=UTC)

    def __init__(self) -> None:
        self._now = Nanoseconds(0)
        self._heap: list[tuple[int, int, Callable[[], object]]] = []
        self._order = 0
        self._owner = threading.get_ident()
        self._advancing = False
        self._sources: tuple[Source, ...] = ()

    @property
    def now(self) -> Nanoseconds:
        """Time since the timeline's zero, in nanoseconds."""
        return self._now

    def at(self, when: Nanoseconds, action: Callable[[], object]) -> None:
        """Run ``action`` at an absolute time; a time that has passed means now."""
        self._order = order = self._order + 1
        heapq.heappush(self._heap, (max(when, self._now), order, action))

    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass, jumping from event to event."""
        self._advance(Nanoseconds(self._now + to_ns(seconds)), None)

    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until ``condition`` holds, at most ``timeout`` seconds."""
        self._check_may_wait()
        return condition() or self._advance(Nanoseconds(self._now + to_ns(timeout)), condition)

    def stall(self, seconds: float) -> None:
        """Let time pass in which nothing is run, as on a computer that is held up; what was due comes late.

        To be called inside an event.
        """
        self._now = Nanoseconds(self._now + to_ns(seconds))

    def call(self, action: Callable[[], T]) -> T:
        """Run ``action`` at once: between two events nothing else runs."""
        return action()

    def post(self, action: Callable[[], object]) -> None:
        """Queue ``action`` for now.

        Raises:
            TimelineError: called by another thread, which has no say in simulated time.
        """
        if threading.get_ident() != self._owner:
            raise TimelineError(
                "only the owner of simulated time may queue events: use wall time for threads"
            )
        self.at(self._now, action)

    def offload(self, lane: str, work: Callable[[], T], then: Callable[[T], object]) -> None:  # noqa: ARG002 - one lane at a time here
        """Do the work inline: the world stands still meanwhile."""
        then(work())

    def add_source(self, source: Source) -> None:
        """Poll ``source`` after each event."""
        self._sources = (*self._sources, source)

    def remove_source(self, source: Source) -> None:
        """Stop polling ``source``."""
        self._sources = tuple(one for one in self._sources if one is not source)

    def close(self) -> None:
        """Forget all events and sources."""
        self._heap.clear()
        self._sources = ()

    def _check_may_wait(self) -> None:
        if self._advancing:
            raise TimelineError("waiting inside an event would stop time: schedule another event instead")
        if threading.get_ident() != self._owner:
            raise TimelineError("only the owner thread may advance simulated time: use wall time for threads")

    def _advance(self, end: Nanoseconds, condition: Callable[[], bool] | None) -> bool:
        """Run the events up to ``end``; stop early and return True when ``condition`` comes true."""
        self._check_may_wait()
        heap = self._heap
        pop = heapq.heappop
        instant = -1
        count = 0
        self._advancing = True
        try:
            while heap and heap[0][0] <= end:
                when, _, action = pop(heap)
                if when != instant:
                    instant = when
                    count = 0
                    if when > self._now:  # else it is late
                        self._now = Nanoseconds(when)
                else:
                    count += 1
                    if count > EVENTS_PER_INSTANT:
                        raise TimelineError(
                            f"more than {EVENTS_PER_INSTANT} events at {when * 1e-9:.9f} s, "
                            f"the last is {_name(action)}: it schedules itself without letting time pass"
                        )
                action()
                for source in self._sources:
                    source.poll()
                if condition is not None and condition():
                    return True
            self._now = max(end, self._now)
            return condition is not None and condition()
        finally:
            self._advancing = False


def _name(action: Callable[[], object]) -> str:
    """Name of what is run, behind the timer or the slot that runs it."""
    owner = getattr(action, "__self__", None)
    if isinstance(owner, Timer | Periodic) and owner.action is not None:
        return _name(owner.action)
    return getattr(action, "__qualname__", None) or repr(action)
