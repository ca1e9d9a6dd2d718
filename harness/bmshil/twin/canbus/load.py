"""How busy a bus was: its periods of uninterrupted traffic, kept for the recent past."""

from collections import deque

from bmshil.timeline import Nanoseconds, to_ns

_PERIODS = 16384  # remembered; a fully loaded bus is one single period


class BusyTime:
    """Accumulates frames that follow each other into busy periods.

    Attributes:
        total: bus time of all frames so far, ns.
    """

    __slots__ = ("_end", "_periods", "_stretch_end", "total")

    def __init__(self) -> None:
        self.total = 0
        self._end = -1
        self._stretch_end = -1
        # (start of the period, bus time before it, its load); only the last one still grows
        self._periods: deque[tuple[int, int, float]] = deque(maxlen=_PERIODS)

    def add(self, start: int, end: int) -> None:
        """Add one frame on the bus from ``start`` to ``end``, ns; frames come in order."""
        if start != self._end:
            self._periods.append((start, self.total, 1.0))
        self._end = end
        self.total += end - start

    def add_stretch(self, start: int, end: int, busy: int) -> None:
        """Add frames at equal distances, which take ``busy`` of the time from ``start`` to ``end``, ns."""
        if start != self._stretch_end:
            self._periods.append((start, self.total, busy / (end - start)))
        self._end = -1
        self._stretch_end = end
        self.total += busy

    def load(self, now: Nanoseconds, window: float) -> float:
        """Share of the last ``window`` seconds that finished frames took, 0 to 1.

        Raises:
            ValueError: the window is not positive.
        """
        span = to_ns(window)
        if span <= 0:
            raise ValueError(f"bus load over {window} s: the window must be positive")
        return (self.total - self._until(now - span)) / span

    def _until(self, moment: int) -> int:
        """Bus time used before ``moment``."""
        following = self.total
        for start, before, share in reversed(self._periods):
            if start < moment:
                return min(before + int((moment - start) * share), following)
            following = before
        return following
