"""Frames that are lost the more, the more current flows."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import repeat
from bmshil.bms import Silence

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.bms import FaultHandle

LOSSES = ((1.0, 0.2), (0.5, 0.02))
"""Above this share of I_ref, this share of the sets is lost; the first that fits counts. The field article on
communication troubleshooting: 20 % above 80 A, 2 % at 50 A, none at 20 A."""


class Lossy:
    """Draws for each pack and each of its sets whether it is lost.

    Args:
        bench: whose current decides.
        seed: the same seed loses the same sets.
    """

    def __init__(self, bench: Bench, seed: int = 90) -> None:
        self._bench = bench
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._away: dict[int, FaultHandle] = {}
        self.lost = 0

    def step(self) -> None:
        """Draw for the next period."""
        share = abs(self._bench.control.current) / self._bench.levels.reference
        odds = next((loss for above, loss in LOSSES if share > above), 0.0)
        for node in self._bench.bank:
            handle = self._away.pop(node.number, None)
            if handle is not None:
                handle.off()
            # Never two in a row: an isolated loss is what a device shall bear.
            if handle is None and self._random.random() < odds:
                self._away[node.number] = node.faults.on(Silence())
                self.lost += 1


def lossy(bench: Bench) -> None:
    """Lose sets at random, none twice in a row, until the stimulus is taken away."""
    bench.stimulus("sets are lost, the more the more current flows")
    repeat(bench, bench.bank[1].period, Lossy(bench).step)
