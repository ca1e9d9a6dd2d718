"""What is seen of a bank while it is simulated: figures per day, warnings, alarms, protections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bmshil.battery.divergence.course import Day, Event
from bmshil.battery.divergence.cycle import DAY
from bmshil.battery.divergence.spread_watch import SpreadWatch

if TYPE_CHECKING:
    from bmshil.battery.divergence.bank_state import BankState
    from bmshil.battery.divergence.scenario import Scenario


class Watching:
    """Looks at a bank after every step, opens contactors, and takes the figures of each day.

    Args:
        scenario: thresholds, and which packs the inverter hears.
        state: what is looked at.

    Attributes:
        events: in order.
    """

    def __init__(self, scenario: Scenario, state: BankState) -> None:
        self.events: list[Event] = []
        self._scenario = scenario
        self._state = state
        self._spread = SpreadWatch()
        self._alarmed: set[int] = set()
        self._heard = 1 if scenario.rule == "first" else len(scenario.packs)
        self.begin_day()

    def begin_day(self) -> None:
        """Forget what the day before was at its highest."""
        packs = len(self._scenario.packs)
        self._cell_max, self._mean = np.zeros(packs), np.zeros(packs)
        self._widest = 0.0

    def look(self) -> None:
        """Look at the state after a step."""
        state = self._state
        highest = state.highest_cells
        higher = (highest > self._cell_max) & state.connected
        if higher.any():
            self._cell_max = np.where(higher, highest, self._cell_max)
            self._mean = np.where(higher, state.mean_cells, self._mean)
        joined = state.soc[state.connected]
        if joined.size:
            self._widest = max(self._widest, float(joined.max() - joined.min()))
        if highest.max() >= min(self._scenario.alarm, self._scenario.trip):
            self._alarm(highest.tolist())
            self._protect(highest.tolist())

    def figures(self, day: int, delivered: float) -> Day:
        """Take the figures of a day at rest, and warn of what they say.

        Args:
            day: 1 for the first.
            delivered: by the bank in the evening before, Ah.
        """
        state = self._state
        mean = state.mean_cells[state.connected]
        found = Day(
            day,
            tuple(state.soc.tolist()),
            tuple(state.counted.tolist()),
            self._widest,
            tuple(self._cell_max.tolist()),
            tuple(self._mean.tolist()),
            float(mean.mean()) if mean.size else 0.0,
            tuple(state.connected.tolist()),
            delivered,
        )
        pairs = zip(found.counted, found.connected, strict=True)
        reported = [counted for counted, connected in pairs if connected]
        for level in self._spread.update(reported):
            fullest = max(range(len(found.counted)), key=lambda at: found.connected[at] * found.counted[at])
            text = (
                f"SOC as reported {found.spread:.1%} apart, {level:.0%} reached; pack {fullest + 1} is ahead"
            )
            self._tell("warning", 0, text)
        return found

    def _alarm(self, highest: list[float]) -> None:
        for index, volts in enumerate(highest[: self._heard]):
            if volts >= self._scenario.alarm and index not in self._alarmed:
                self._alarmed.add(index)
                self._tell("alarm", index + 1, f"highest cell at {volts:.3f} V: the inverter is told")

    def _protect(self, highest: list[float]) -> None:
        state, trip = self._state, self._scenario.trip
        for index, volts in enumerate(highest):
            if volts < trip or not state.connected[index]:
                continue
            mean = state.mean_cells
            others = [one for at, one in enumerate(mean.tolist()) if at != index and state.connected[at]]
            beside = f", the other packs at {min(others):.3f} to {max(others):.3f} V" if others else ""
            text = (
                f"over-voltage protection at {volts:.3f} V of its highest cell opens the contactor; its mean "
                f"cell is at {mean[index]:.3f} V{beside}"
            )
            self._tell("protection", index + 1, text)
            state.disconnect(index)

    def _tell(self, kind: str, pack: int, text: str) -> None:
        self.events.append(Event(self._state.time / DAY, kind, pack, text))  # type: ignore[arg-type]  # by name
