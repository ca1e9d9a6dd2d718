"""How late a timeline was: a histogram that stays small however long a run lasts."""

from __future__ import annotations

from array import array

FINE_STEP = 1_000  # ns: one microsecond up to 10 ms
FINE_BINS = 10_000
COARSE_STEP = 1_000_000  # ns: one millisecond up to 60 s
COARSE_BINS = 60_000


class Lateness:
    """Lateness of events, kept to the microsecond below 10 ms and to the millisecond above.

    Attributes:
        count: events recorded.
        max: the worst one, s.
    """

    def __init__(self) -> None:
        self._fine = array("Q", bytes(8 * FINE_BINS))
        self._coarse = array("Q", bytes(8 * COARSE_BINS))
        self.count = 0
        self.max = 0.0

    def add(self, late: int) -> None:
        """Record one event that was ``late`` nanoseconds late (negative counts as on time)."""
        late = max(late, 0)
        self.count += 1
        self.max = max(self.max, late * 1e-9)
        fine = late // FINE_STEP
        if fine < FINE_BINS:
            self._fine[fine] += 1
        else:
            self._coarse[min(late // COARSE_STEP, COARSE_BINS - 1)] += 1

    def quantile(self, share: float) -> float:
        """Lateness that ``share`` (0..1) of all events did not exceed, s; 0 without events."""
        wanted = share * self.count
        seen = 0
        for step, bins in ((FINE_STEP, self._fine), (COARSE_STEP, self._coarse)):
            for index, number in enumerate(bins):
                seen += number
                if number and seen >= wanted:
                    return min((index + 1) * step * 1e-9, self.max)
        return self.max

    def figures(self) -> dict[str, float]:
        """Median, 99 % and 99.9 % quantile and maximum, in milliseconds, and the count."""
        return {
            "count": self.count,
            "p50_ms": round(self.quantile(0.5) * 1e3, 4),
            "p99_ms": round(self.quantile(0.99) * 1e3, 4),
            "p99.9_ms": round(self.quantile(0.999) * 1e3, 4),
            "max_ms": round(self.max * 1e3, 4),
        }
