"""One adapter's clock, joined to the timeline's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW = to_ns(10.0)
"""Crystals of adapters run up to 100 ppm wrong: older comparisons of the clocks than this mislead."""

UNKNOWN = 1 << 80

STEP = to_ns(0.05)
"""A clock that is off by more than this against the best of some frames has jumped, and was not only slow."""

SURE = 10
"""Frames that a comparison of the clocks takes before a jump can be told from a slow handing over."""

LASTING = to_ns(1.0)
"""Frames that are late for so long were not held up: the clock has gone back."""


class ClockMap:
    """Maps an adapter's time stamps (s, any zero) to timeline time.

    The smallest distance between arrival and stamp in the last 10 to 20 s is taken as the offset: the frame
    that was handed over fastest says best how the clocks lie to each other. A mapped time is never in the
    future, and times of stamps that do not fall do not fall either.

    A clock that jumps makes the comparison anew. One that goes back is known as such after a second: until
    then its times are too early.

    Args:
        stepped: told of each jump, s.
    """

    __slots__ = ("_before", "_behind", "_behind_since", "_frames", "_least", "_offset", "_since", "_stepped")

    def __init__(self, stepped: Callable[[float], object] = lambda _step: None) -> None:
        self._stepped = stepped
        self._frames = 0
        self._behind = 0
        self._behind_since = self._least = 0
        self._before = UNKNOWN
        self._offset = UNKNOWN
        self._since = 0

    def map(self, stamp: float, now: Nanoseconds) -> Nanoseconds:
        """Timeline time of a frame stamped ``stamp`` that is handed over ``now``."""
        if stamp <= 0.0:
            return now
        device = round(stamp * 1e9)
        offset = now - device
        best = min(self._offset, self._before)
        if self._frames < SURE:
            self._frames += 1
        elif best - offset > STEP:
            self._jump(best - offset, offset, now)
        elif offset - best > STEP:
            self._fall_behind(offset - best, offset, now)
        elif self._behind:
            self._behind = 0
        if now - self._since >= WINDOW:
            self._before, self._offset, self._since = self._offset, offset, now
        elif offset < self._offset:
            self._offset = offset
        return Nanoseconds(min(now, device + min(self._offset, self._before)))

    def _fall_behind(self, by: int, offset: int, now: Nanoseconds) -> None:
        if not self._behind:
            self._behind_since, self._least = now, by
        self._behind += 1
        self._least = min(self._least, by)
        if self._behind >= SURE and now - self._behind_since >= LASTING:
            self._jump(-self._least, offset, now)

    def _jump(self, by: int, offset: int, now: Nanoseconds) -> None:
        self._before, self._offset, self._since = UNKNOWN, offset, now
        self._frames = self._behind = 0
        self._stepped(by * 1e-9)
