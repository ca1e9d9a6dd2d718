"""Several batteries: what they ask for differs, or one of them goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import nearly_full
from bmshil.bench.stimuli.stimulus import Stimulus

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench


def one_lower_cvl(bench: Bench) -> None:
    """Let pack 2 ask for a lower CVL than all others."""
    bench.bank.limit(cvl=bench.levels.high_cvl)
    bench.bank[2].limit(cvl=bench.levels.low_cvl)


MULTI_BATTERY = (
    Stimulus(
        scenario="S74",
        title="One pack asks for a lower CVL",
        recipe="56.0, 55.2 and 56.0 V for 16 cells; the mean would be 55.73 V",
        play=one_lower_cvl,
        bring=nearly_full,
        packs=2,
    ),
)
