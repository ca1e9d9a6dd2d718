"""What makes one pack differ from its neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from bmshil.errors import InputError

_RANGES: Final = {
    "capacity": (1.0, 10_000.0, "Ah"),
    "resistance": (1e-4, 1.0, "ohm"),
    "temperature": (-20.0, 60.0, "degC"),
    "soc": (0.0, 1.0, "as a fraction"),
    "ahead": (0.0, 0.2, "of SOC"),
    "cell_drift": (0.0, 0.02, "of SOC per day"),
    "balancer": (0.0, 10.0, "A"),
    "self_discharge": (0.0, 0.5, "of SOC per 30 days"),
    "offset": (-5.0, 5.0, "A"),
    "gain": (-0.1, 0.1, "as a fraction"),
}


@dataclass(frozen=True, slots=True)
class Traits:
    """One pack, as it drifts.

    Attributes:
        capacity: Ah.
        resistance: ohm at 25 degC, ohmic and slow parts together.
        temperature: of its cells, degC; it changes the resistance, see ``resistance_factor``.
        soc: true and counted state of charge to start with, 0..1.
        ahead: how far the highest cell is ahead of the mean one to start with, of SOC.
        cell_drift: how much it gains per day, because it leaks less than the others, of SOC.
        balancer: current that balancing takes from the highest cell while the pack is charged, A.
        self_discharge: what the pack loses in 30 days past its own counter, its BMS included, of SOC.
        offset: current that its counter adds where none flows, A, positive into the battery.
        gain: error of its counter in proportion to the current, 0.01 for one percent too much.

    Raises:
        InputError: a value that no pack has.
    """

    capacity: float = 200.0
    resistance: float = 0.025
    temperature: float = 25.0
    soc: float = 0.5
    ahead: float = 0.0
    cell_drift: float = 0.0
    balancer: float = 0.03
    self_discharge: float = 0.02
    offset: float = 0.0
    gain: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values that no pack has."""
        for field in fields(self):
            low, high, unit = _RANGES[field.name]
            value = getattr(self, field.name)
            if not (math.isfinite(value) and low <= value <= high):
                raise InputError(f"{field.name} {value:g}: give {low:g} to {high:g} {unit}")


FIELD_CASE: Final = (
    Traits(capacity=200.0, resistance=0.025, temperature=35.0, ahead=0.001, offset=-0.028),
    Traits(
        capacity=196.5, resistance=0.028, temperature=44.0, ahead=0.002, cell_drift=0.0001,
        self_discharge=0.015, offset=0.004,
    ),
    Traits(capacity=202.3, resistance=0.024, temperature=33.0, ahead=0.001, offset=-0.030),
)  # fmt: skip
"""Three packs of 200 Ah that grow apart as told.

Capacities, resistances and temperatures are those of a field article on multi-battery CAN systems (200.0,
196.5 and 202.3 Ah; 25, 28 and 24 mohm; 35, 44 and 33 degC). It gives no cause for the drift. The causes
here are assumptions, chosen so that its course comes out: counters that are wrong by 28 and 30 mA, about one
part in ten thousand of a shunt for 250 A, and in pack 2 one cell that leaks 0.3 % a month less than the
others, which is more than a balancer of 30 mA takes from it in the minutes of a day in which it may."""
