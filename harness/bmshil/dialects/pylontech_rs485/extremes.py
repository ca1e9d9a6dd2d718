"""A highest or lowest value, and where in the system it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Extreme:
    """One value and its place.

    Attributes:
        value: in its unit; NaN where nothing is measured.
        module: number of the pack, from 1; 0 where nobody knows.
        place: number of the cell or sensor in it, from 1; 0 where nobody knows.
    """

    value: float
    module: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, highest and lowest of one quantity over the system."""

    mean: float
    highest: Extreme
    lowest: Extreme


UNKNOWN = Spread(nan, Extreme(nan), Extreme(nan))


def spread(values: Iterable[Extreme]) -> Spread:
    """Return mean and extremes of what is measured; the first of equal ones counts."""
    measured = [one for one in values if not isnan(one.value)]
    if not measured:
        return UNKNOWN
    return Spread(
        sum(one.value for one in measured) / len(measured),
        max(measured, key=lambda one: one.value),
        min(measured, key=lambda one: one.value),
    )
