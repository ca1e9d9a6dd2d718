"""What is simulated: packs, wiring, and who decides how high the bank is charged."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean
from typing import TYPE_CHECKING, Final

from bmshil.battery.divergence.cycle import Cycle
from bmshil.battery.divergence.traits import FIELD_CASE, Traits
from bmshil.battery.ladder import Ladder
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

RULES: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "first": lambda asked: asked[0],
    "lowest": min,
    "average": fmean,
}
"""Which CVL the inverter uses, of those that the connected packs ask for: that of the first one, the lowest,
or their average. With ``lowest`` the limits of every pack reach it, so that it also stops charging as soon as
one asks for no current; with the others that request is lost, in silence or in a sum."""

MOST_DAYS: Final = 3650
MOST_PACKS: Final = 96


@dataclass(frozen=True, slots=True)
class Scenario:
    """A bank and its inverter.

    Attributes:
        packs: pack 1 first.
        rule: a name of ``RULES``. ``first`` is a bank of which only pack 1 is heard: its identifiers collide,
            or its master speaks for itself alone.
        ladder: how the packs are joined.
        cycle: of one day.
        cells: in series.
        cvl: of every module while all its cells are content, V.
        limits_by_cell: whether a BMS lowers the CVL that it asks for when its highest cell runs ahead.
        no_current: voltage of the highest cell at which a BMS asks for no charge current, V: 3.58 V, OpenEMS,
            battery Fenecon Home 64. The taper before it is left out.
        trip: voltage of the highest cell at which a contactor opens, and stays open, V. 3.62 V is where the
            article's pack did; public firmware has 3.65 to 3.80 V.
        alarm: voltage of the highest cell at which a BMS sends an alarm, V.
        balance_from: voltage of the highest cell from which it is balanced, V.
        full_at: mean cell voltage at which a BMS sets its counter to 100 %, V. A CVL below it, 3.50 V per
            cell for example, never lets it.

    Raises:
        InputError: no pack or too many, an unknown rule, or voltages that do not fit each other.
    """

    packs: tuple[Traits, ...] = FIELD_CASE
    rule: str = "first"
    ladder: Ladder = field(default_factory=Ladder)
    cycle: Cycle = field(default_factory=Cycle)
    cells: int = 16
    cvl: float = 56.0
    limits_by_cell: bool = True
    no_current: float = 3.58
    trip: float = 3.62
    alarm: float = 3.60
    balance_from: float = 3.40
    full_at: float = 3.55

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated."""
        if not 1 <= len(self.packs) <= MOST_PACKS:
            raise InputError(f"{len(self.packs)} packs: give 1 to {MOST_PACKS}")
        if self.rule not in RULES:
            raise InputError(f"no rule is called {self.rule!r}: take one of {', '.join(RULES)}")
        if self.cells < 1 or not 3.3 <= self.cvl / self.cells <= 3.7:
            raise InputError(
                f"a CVL of {self.cvl:g} V on {self.cells} cells: give 3.3 to 3.7 V per cell, such as 56"
            )
        if not self.cvl / self.cells < self.trip <= 4.2:
            raise InputError(
                f"a protection at {self.trip:g} V: give more than the {self.cvl / self.cells:.3g} V per cell "
                "of the CVL, and at most 4.2"
            )
