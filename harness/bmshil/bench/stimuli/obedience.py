"""Obedience: limits that change while current flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli.stimulus import Stimulus

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench


def no_charge(bench: Bench) -> None:
    """Let every pack permit no charge, in one frame."""
    bench.bank.limit(ccl=0.0)


OBEDIENCE = (
    Stimulus(
        scenario="S50",
        title="The CCL goes to zero at full current",
        recipe="every pack says CCL 0 A in its next frame",
        play=no_charge,
    ),
)
