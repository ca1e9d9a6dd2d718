"""What every timeline offers, on simulated or on wall time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Protocol, TypeVar

from bmshil.timeline.clock import Nanoseconds, to_ns, to_seconds
from bmshil.timeline.periodic import Periodic
from bmshil.timeline.timer import Timer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

T = TypeVar("T")


class Source(Protocol):
    """Something that frames or bytes come in from.

    On simulated time ``poll`` is called after each event. On wall time a thread of its own sits in
    ``wait``, and whenever something has arrived ``poll`` is called on the timeline.
    """

    def poll(self) -> object:
        """Hand over all that has arrived. Never blocks."""

    def wait(self, timeout: float) -> bool:
        """Block until something has arrived, at most ``timeout`` seconds; say whether it has."""


class Timeline(ABC):
    """One queue of events: what happens when.

    Attributes:
        simulated: True when waiting jumps to the next event, False when it takes real time.
        epoch: date and time of the timeline's zero, with time zone.
    """

    simulated: bool
    epoch: datetime

    @property
    @abstractmethod
    def now(self) -> Nanoseconds:
        """Time since the timeline's zero, in nanoseconds."""

    @property
    def seconds(self) -> float:
        """Time since the timeline's zero, in seconds."""
        return to_seconds(self.now)

    @abstractmethod
    def at(self, when: Nanoseconds, action: Callable[[], object]) -> None:
        """Run ``action`` at an absolute time; a time that has passed means as soon as possible."""

    def after(self, seconds: float, action: Callable[[], object]) -> Timer:
        """Run ``action`` once, ``seconds`` from now, unless the returned timer is cancelled before."""
        timer = Timer(action)
        self.at(Nanoseconds(self.now + to_ns(seconds)), timer.fire)
        return timer

    def every(self, period: float, action: Callable[[], object], *, phase: float = 0.0) -> Periodic:
        """Run ``action`` at now + phase and then every ``period`` seconds, on planned slots.

        A slot that is late by at most half a period is run, otherwise skipped and counted.
        """
        return Periodic(self, to_ns(period), action, Nanoseconds(self.now + to_ns(phase)))

    @abstractmethod
    def run(self, seconds: float) -> None:
        """Let ``seconds`` pass.

        Raises:
            TimelineError: called inside an event, or on simulated time by another thread than the owner.
        """

    @abstractmethod
    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Let time pass until ``condition`` holds, at most ``timeout`` seconds.

        The condition is tested at once, after each event and at the end, on the timeline.

        Returns:
            Whether the condition came true in time.

        Raises:
            TimelineError: called inside an event, or on simulated time by another thread than the owner.
        """

    @abstractmethod
    def call(self, action: Callable[[], T]) -> T:
        """Run ``action`` between two events and return its result; at once on simulated time."""

    @abstractmethod
    def post(self, action: Callable[[], object]) -> None:
        """Queue ``action`` as soon as possible; on wall time from any thread."""

    @abstractmethod
    def offload(self, lane: str, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Do blocking ``work`` away from the timeline and hand its result to ``then`` on the timeline.

        Work of one lane never overlaps: a lane is one instrument. On simulated time the work is done
        inline, with the world standing still.
        """

    @abstractmethod
    def add_source(self, source: Source) -> None:
        """Let frames or bytes come in from ``source``."""

    @abstractmethod
    def remove_source(self, source: Source) -> None:
        """Stop listening to ``source``; unknown sources are ignored."""

    @abstractmethod
    def close(self) -> None:
        """Stop all threads; nothing runs afterwards. May be called twice."""
