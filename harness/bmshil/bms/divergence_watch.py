"""Whether the packs of a bank drift apart, by what they report of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.battery.divergence import LEVELS, SpreadWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.fleet import Fleet
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline


class DivergenceWatch:
    """Compares what the packs report, and writes an event ``divergence`` when a level is reached.

    It looks at the figures that the packs tell, with all that is wrong with them, and not at the physics
    behind them: nobody else has more. A pack that is off, starts up or has an open contactor does not count.

    Args:
        fleet: the nodes.
        timeline: when it looks.
        journal: where it writes.
        period: between two looks, s.
        levels: differences of SOC that are told, rising.

    Attributes:
        spread: difference of the last look, of SOC; 0 before the first.

    Source: field article on multi-battery CAN systems: look every week, act at 5 %.
    """

    def __init__(
        self,
        fleet: Fleet,
        timeline: Timeline,
        journal: Journal,
        *,
        period: float = 1.0,
        levels: Sequence[float] = LEVELS,
    ) -> None:
        self.spread = 0.0
        self._fleet = fleet
        self._journal = journal
        self._watch = SpreadWatch(levels)
        self._slots = timeline.every(period, self._look)

    @property
    def level(self) -> float:
        """The highest level that holds, of SOC; 0 for none."""
        return self._watch.level

    def cancel(self) -> None:
        """Stop for good."""
        self._slots.cancel()

    def _look(self) -> None:
        told = {
            node.number: report.soc
            for node in self._fleet
            if node.pack.connected and (report := node.told) is not None
        }
        self.spread = max(told.values(), default=0.0) - min(told.values(), default=0.0)
        for level in self._watch.update(list(told.values())):
            ahead = max(told, key=lambda number: told[number])
            self._journal.event("divergence", "bank", level=level, spread=self.spread, ahead=ahead)
