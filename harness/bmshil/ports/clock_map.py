"""One adapter's clock, joined to the timeline's."""

from __future__ import annotations

from bmshil.timeline import Nanoseconds


class ClockMap:
    """Maps an adapter's time stamps (s, any zero) to timeline time.

    The smallest distance ever seen between arrival and stamp is taken as the offset: the frame that was
    handed over fastest says best how the clocks lie to each other. A mapped time is never in the future.
    """

    __slots__ = ("_offset",)

    def __init__(self) -> None:
        self._offset: int | None = None

    def map(self, stamp: float, now: Nanoseconds) -> Nanoseconds:
        """Timeline time of a frame stamped ``stamp`` that is handed over ``now``."""
        if stamp <= 0.0:
            return now
        device = round(stamp * 1e9)
        offset = now - device
        if self._offset is None or offset < self._offset:
            self._offset = offset
        return Nanoseconds(min(now, device + self._offset))
