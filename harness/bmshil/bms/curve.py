"""Tapers: which fraction of a current limit holds at a cell voltage or a temperature.

All figures come from battery management software that is public, because makers of modules do not publish
theirs:

* cell voltage: OpenEMS, battery Fenecon Home 64. With 3.50 V per cell (56.0 V on 16 cells) it leaves 0.49
  of the current, so a pack still reaches its CVL in reasonable time.
* temperature: dbus-serialbattery, default values of the linear mode.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from bmshil.errors import InputError


@dataclass(frozen=True, slots=True)
class Curve:
    """A function through points, straight between them and flat outside.

    Attributes:
        points: (input, fraction 0..1), shape (n, 2), inputs rising.

    Raises:
        InputError: fewer than two points, inputs that do not rise, a fraction outside 0..1.
    """

    points: tuple[tuple[float, float], ...]
    _inputs: tuple[float, ...] = field(init=False, repr=False, compare=False)
    _slopes: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the slopes once."""
        rising = all(left[0] < right[0] for left, right in pairwise(self.points))
        if len(self.points) < 2 or not rising:
            raise InputError(f"a taper needs two points or more with rising inputs, not {self.points}")
        if not all(0 <= fraction <= 1 for _, fraction in self.points):
            raise InputError(f"a taper's fractions lie in 0..1, not {self.points}")
        slopes = tuple((right[1] - left[1]) / (right[0] - left[0]) for left, right in pairwise(self.points))
        object.__setattr__(self, "_inputs", tuple(point[0] for point in self.points))
        object.__setattr__(self, "_slopes", (0.0, *slopes, 0.0))

    def __call__(self, value: float) -> float:
        """Return the fraction, 0..1, at ``value``."""
        place = bisect_right(self._inputs, value)
        start, fraction = self.points[place - 1] if place else self.points[0]
        return fraction + self._slopes[place] * (value - start)


CHARGE_BY_CELL = Curve(((3.45, 1.0), (3.54, 0.08), (3.58, 0.0)))
"""Charge current over the voltage of the highest cell, V."""

DISCHARGE_BY_CELL = Curve(((2.90, 0.0), (3.10, 1.0)))
"""Discharge current over the voltage of the lowest cell, V."""

_COLD = ((2.0, 0.25), (5.0, 0.5), (10.0, 1.0))
_HOT = ((40.0, 1.0), (45.0, 0.5), (50.0, 0.25), (55.0, 0.0))

CHARGE_BY_TEMPERATURE = Curve(((0.0, 0.0), *_COLD, *_HOT))
"""Charge current over temperature, degC."""

DISCHARGE_BY_TEMPERATURE = Curve(((-10.0, 0.0), (0.0, 0.25), *_COLD[1:], *_HOT))
"""Discharge current over temperature, degC."""
