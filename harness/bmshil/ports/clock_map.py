"""One adapter's clock, joined to the timeline's."""

from __future__ import annotations

from bmshil.timeline import Nanoseconds, to_ns

WINDOW = to_ns(10.0)
"""Crystals of adapters run up to 100 ppm wrong: older comparisons of the clocks than this mislead."""

UNKNOWN = 1 << 80


class ClockMap:
    """Maps an adapter's time stamps (s, any zero) to timeline time.

    The smallest distance between arrival and stamp in the last 10 to 20 s is taken as the offset: the frame
    that was handed over fastest says best how the clocks lie to each other. A mapped time is never in the
    future, and times of stamps that do not fall do not fall either.
    """

    __slots__ = ("_before", "_offset", "_since")

    def __init__(self) -> None:
        self._before = UNKNOWN
        self._offset = UNKNOWN
        self._since = 0

    def map(self, stamp: float, now: Nanoseconds) -> Nanoseconds:
        """Timeline time of a frame stamped ``stamp`` that is handed over ``now``."""
        if stamp <= 0.0:
            return now
        device = round(stamp * 1e9)
        offset = now - device
        if now - self._since >= WINDOW:
            self._before, self._offset, self._since = self._offset, offset, now
        elif offset < self._offset:
            self._offset = offset
        return Nanoseconds(min(now, device + min(self._offset, self._before)))
