"""Liveness: the battery falls silent, late, or comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import discharging
from bmshil.bench.stimuli.stimulus import Stimulus

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench


def silence(*roles: str) -> Callable[[Bench], None]:
    """Make a play that keeps all messages back, or those with a role in the dialect: limits, state, measured."""

    def play(bench: Bench) -> None:
        bench.stimulus(f"silence of {', '.join(roles) or 'all messages'}")
        bench.bank.silence(*(bench.bank.dialect.role(role) for role in roles))

    return play


LIVENESS = (
    Stimulus(
        scenario="S01",
        title="The bank falls silent while it is charged",
        recipe="all messages of all packs end at once",
        play=silence(),
    ),
    Stimulus(
        scenario="S02",
        title="The bank falls silent while it is discharged",
        recipe="all messages of all packs end at once",
        play=silence(),
        bring=discharging,
    ),
    Stimulus(
        scenario="S04",
        title="Only the limits end",
        recipe="the message with CVL and CCL ends, all others go on",
        play=silence("limits"),
        needs=("can",),
    ),
)
