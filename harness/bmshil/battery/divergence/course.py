"""What comes out of a simulation: figures per day, and events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.battery.divergence.scenario import Scenario


class Day(NamedTuple):
    """Figures of one day, at rest after its charge, just before the evening's load.

    Attributes:
        day: 1 for the first.
        true: state of charge of each pack as it is.
        counted: as its BMS believes and reports.
        widest: largest difference of the true states of charge at any time of the day.
        cell_max: voltage of the highest cell of each pack at the day's highest, V.
        mean: mean cell of each pack at that moment, V: its terminal voltage over the number of cells.
        rest: voltage of the bus at rest, V per cell; the same for every pack that is connected.
        connected: whether each pack's contactor is closed.
        delivered: charge that the evening before took out of the bank, Ah.
    """

    day: int
    true: tuple[float, ...]
    counted: tuple[float, ...]
    widest: float
    cell_max: tuple[float, ...]
    mean: tuple[float, ...]
    rest: float
    connected: tuple[bool, ...]
    delivered: float

    @property
    def spread(self) -> float:
        """Difference of the counted states of charge of the packs that are connected."""
        return _difference(self.counted, self.connected)

    @property
    def true_spread(self) -> float:
        """Difference of their true states of charge."""
        return _difference(self.true, self.connected)


class Event(NamedTuple):
    """Something that happened once.

    Attributes:
        day: when, in days from the beginning; 1.5 is noon of day 2.
        kind: warning, of the bank's figures; alarm, that the inverter receives; protection, a contactor.
        pack: whose it is; 0 for the whole bank.
        text: what, with its figures.
    """

    day: float
    kind: Literal["warning", "alarm", "protection"]
    pack: int
    text: str


@dataclass(frozen=True, slots=True)
class Course:
    """How a bank fared.

    Attributes:
        scenario: what was simulated.
        days: figures, day 1 first.
        events: in order.
        steps: how many steps it took.
    """

    scenario: Scenario
    days: tuple[Day, ...]
    events: tuple[Event, ...]
    steps: int

    def first(self, kind: str) -> Event | None:
        """Return the first event of a kind; None when there was none."""
        return next((event for event in self.events if event.kind == kind), None)


def _difference(values: Sequence[float], connected: Sequence[bool]) -> float:
    there = [value for value, closed in zip(values, connected, strict=True) if closed]
    return max(there, default=0.0) - min(there, default=0.0)
