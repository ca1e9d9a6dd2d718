"""What the control loop's samples say: constant voltage reached, or nothing moves any more."""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.timeline import Timeline

HOLD = 6.0
"""How long voltage and current must look like constant-voltage charging, s."""

FLAT = 0.08
"""Largest spread of the voltage over that time, V."""

FALLING = 0.97
"""The current's mean over the second half must be below this share of that over the first."""

HELD = 0.5
"""The voltage must fall by less than this share of what the falling current takes off it over the bank's
resistance."""

IDLE_HOLD = 30.0
"""How long a current near zero counts as having ended the charge, s."""

RETRY = 0.5
"""Distance of two looks at the samples, s."""


class ChargeWatch:
    """Watches a charge until it is in constant voltage, or has ended without.

    Constant voltage means: the voltage holds still *while the current falls*. A flat voltage alone is the
    plateau of a lithium iron phosphate cell, and a falling current alone is a ramp: the terminals of a stiff
    bank move little then, but they fall with the current, and in constant voltage they do not.

    Args:
        timeline: gives the time.
        idle_current: below this |I| the device counts as idle, A.
        resistance: of the bank, ohm.

    Attributes:
        in_cv: constant voltage was seen.
        idle: the current has ended without it.
    """

    def __init__(self, timeline: Timeline, *, idle_current: float, resistance: float) -> None:
        self.in_cv = False
        self.idle = False
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
            self.in_cv = self.in_cv or self._constant_voltage(now)

    def _constant_voltage(self, now: float) -> bool:
        samples = self._samples
        if samples[0][0] > now - 0.9 * HOLD:
            return False
        voltages = [voltage for _, voltage, _ in samples]
        if max(voltages) - min(voltages) > FLAT:
            return False
        currents = [current for _, _, current in samples]
        if min(currents) <= self._idle_current:
            return False
        half = len(samples) // 2
        before, after = fmean(currents[:half]), fmean(currents[half:])
        if after >= FALLING * before:
            return False
        ohmic = self._resistance * (before - after)
        return fmean(voltages[:half]) - fmean(voltages[half:]) < HELD * ohmic
