"""The floor for a device that goes on by itself, with values of its own, when its batteries are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.reactions.floor import judge_never_above
from bmshil.judge import Question

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench


def judge_cautious(bench: Bench, start: float) -> None:
    """Judge what the device has done by itself since ``start`` against the floor."""
    cells, capacity = bench.rig.cells, sum(pack.capacity for pack in bench.packs)
    bench.judge.at_most(
        bench.measure("dc.current", start, reduction="peak"),
        bench.acceptance.fallback_rate * capacity,
        question=Question.SAFETY,
        statement="Current in either direction without a battery's word",
        citation="acceptance: fallback_rate",
    )
    judge_never_above(
        bench,
        start,
        bench.acceptance.fallback_cell_high * cells,
        "Highest voltage without a battery's word",
        "acceptance: fallback_cell_high, voltage_over_cvl",
    )
    bench.judge.at_least(
        bench.measure("dc.voltage", start, reduction="min"),
        bench.acceptance.fallback_cell_low * cells,
        tolerance=bench.acceptance.voltage_over_cvl,
        question=Question.SAFETY,
        statement="Lowest voltage without a battery's word",
        citation="acceptance: fallback_cell_low, voltage_over_cvl",
    )
