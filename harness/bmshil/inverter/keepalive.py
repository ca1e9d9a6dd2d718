"""Watching whether the device lives: the frame that it sends by itself, or the question that it asks."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from bmshil.inverter.declares import KeepAlive
    from bmshil.journal import Frame


class KeepAliveWatch:
    """Listens for one identifier; subscribe :meth:`hear` to a port. Or it is told, by :meth:`note`.

    The payload does not matter: Pylontech sends eight zeros (CANBUS Protocol V1.2 2018-04-08), an SMA
    puts measured values into the same identifier (FSS-ConnectingBat-TI-en-10).

    Attributes:
        declared: what the profile says about it.
        first: time of the first one, None before.
        last: time of the last one, None before.
        count: how many were heard.
    """

    def __init__(self, declared: KeepAlive) -> None:
        self.declared = declared
        self.first: Nanoseconds | None = None
        self.last: Nanoseconds | None = None
        self.count = 0
        self._times = array("d")

    def hear(self, when: Nanoseconds, frame: Frame) -> None:
        """Take one received frame with its time."""
        if frame.id != self.declared.id or frame.extended != self.declared.extended or frame.remote:
            return
        self.note(when)

    def note(self, when: Nanoseconds) -> None:
        """Take one sign of life with its time: a frame, or the question of a device that polls."""
        if self.last is None:
            self.first = when
        self._times.append(to_seconds(when))
        self.last = when
        self.count += 1

    def times(self, start: float) -> list[float]:
        """When it was heard since ``start``, s, in order."""
        times = self._times[:]  # at once: on wall time it is listened beside whoever asks
        return times[bisect_left(times, start) :].tolist()

    def silence(self, now: Nanoseconds) -> float:
        """How long it has been silent, s; infinite when it was never heard."""
        last = self.last
        return float("inf") if last is None else to_seconds(Nanoseconds(now - last))

    def alive(self, now: Nanoseconds) -> bool:
        """Whether it was heard within the silence that its profile calls normal."""
        return self.silence(now) <= self.declared.grace

    def forget(self) -> None:
        """Start anew, e.g. before the device is power-cycled."""
        self.first = self.last = None
        self.count = 0
        self._times = array("d")
