"""What the control loop's samples say: constant voltage reached, or nothing moves any more."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from bmshil.judge.constant_voltage import HOLD, constant_voltage

if TYPE_CHECKING:
    from bmshil.timeline import Timeline

IDLE_HOLD = 30.0
"""How long a current near zero counts as having ended the charge, s."""

RETRY = 0.5
"""Distance of two looks at the samples, s."""


class ChargeWatch:
    """Watches a charge until it is in constant voltage, or has ended without.

    What constant voltage means stands in :func:`bmshil.judge.constant_voltage.constant_voltage`.

    Args:
        timeline: gives the time.
        idle_current: below this |I| the device counts as idle, A.
        resistance: of the bank, ohm.

    Attributes:
        in_cv: constant voltage was seen.
        idle: the current has ended without it.
        window: begin and end of the last samples that were looked at, s.
    """

    def __init__(self, timeline: Timeline, *, idle_current: float, resistance: float) -> None:
        self.in_cv = False
        self.idle = False
        self.window = (timeline.seconds, timeline.seconds)
        self._timeline = timeline
        self._idle_current = idle_current
        self._resistance = resistance
        self._samples: deque[tuple[float, float, float]] = deque()
        self._looked = timeline.seconds
        self._moved = timeline.seconds

    @property
    def over(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.in_cv or self.idle

    def take(self, voltage: float, current: float) -> None:
        """Take in one sample of the control loop."""
        now = self._timeline.seconds
        samples = self._samples
        samples.append((now, voltage, current))
        while samples[0][0] < now - HOLD:
            samples.popleft()
        if abs(current) > self._idle_current:
            self._moved = now
        self.idle = now - self._moved >= IDLE_HOLD
        if now - self._looked >= RETRY:
            self._looked = now
            if not self.in_cv:
                self.in_cv = self._constant_voltage()
                self.window = samples[0][0], now

    def _constant_voltage(self) -> bool:
        times, voltages, currents = zip(*self._samples, strict=True)
        return constant_voltage(
            times, voltages, currents, idle_current=self._idle_current, resistance=self._resistance
        )
