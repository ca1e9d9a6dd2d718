"""One threshold, watched over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bms.thresholds import Threshold


class Watch:
    """Whether one threshold is on.

    Attributes:
        active: it is on.
    """

    __slots__ = ("_clear", "_delay", "_hold", "_sign", "_since", "_trip", "active")

    def __init__(self, threshold: Threshold) -> None:
        self._sign = 1.0 if threshold.trip > threshold.clear else -1.0
        self._trip = threshold.trip * self._sign
        self._clear = threshold.clear * self._sign
        self._delay = threshold.delay
        self._hold = threshold.hold
        self._since: float | None = None
        self.active = False

    @property
    def pending(self) -> bool:
        """Whether a delay or a hold is running."""
        return self._since is not None

    def update(self, value: float, now: float) -> bool:
        """Look at one value, measured at ``now`` (s), and say whether the threshold is on."""
        value *= self._sign
        changing = value <= self._clear if self.active else value >= self._trip
        if not changing:
            self._since = None
            return self.active
        if self._since is None:
            self._since = now
        # A nanosecond of slack: sums of periods are not exact.
        if now - self._since >= (self._hold if self.active else self._delay) - 1e-9:
            self.active = not self.active
            self._since = None
        return self.active

    def reset(self) -> None:
        """Go off at once."""
        self._since = None
        self.active = False
