"""One day of a bank: sun, rest, load, rest."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from bmshil.errors import InputError

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR

_HOURS: Final = ("sunrise", "sunset", "evening", "night")


@dataclass(frozen=True, slots=True)
class Cycle:
    """The same every day: charged from the sun to the CVL in force, discharged in the evening.

    Attributes:
        charge: current of the sun, in C of the whole bank.
        tail: charging ends when the current falls below this, in C.
        depth: what the evening takes, as a fraction of the bank's capacity.
        sunrise, sunset: when charging begins and ends at the latest, h.
        evening, night: when the load begins and ends, h. The day's figures are taken at its beginning, when
            the bank has rested: only then do they compare from day to day.

    Raises:
        InputError: hours that do not follow each other, or values that no day has.
    """

    charge: float = 0.2
    tail: float = 0.02
    depth: float = 0.6
    sunrise: float = 8.0
    sunset: float = 16.0
    evening: float = 18.0
    night: float = 23.0

    def __post_init__(self) -> None:
        """Refuse a day that cannot pass."""
        if not all(math.isfinite(getattr(self, field.name)) for field in fields(self)):
            raise InputError("a day's cycle: give finite numbers")
        hours = [getattr(self, name) for name in _HOURS]
        if not (hours[0] >= 0 and sorted(set(hours)) == hours and hours[-1] <= 24):
            raise InputError(f"a day's cycle: {', '.join(_HOURS)} must follow each other within 0 to 24 h")
        if not (0 < self.tail < self.charge <= 2 and 0 < self.depth <= 1):
            raise InputError(
                f"a day's cycle: charge {self.charge:g} C, tail {self.tail:g} C, depth {self.depth:g}: "
                "give 0 < tail < charge <= 2 and 0 < depth <= 1"
            )

    @property
    def load(self) -> float:
        """Current of the evening's load, in C of the whole bank."""
        return self.depth / (self.night - self.evening)
