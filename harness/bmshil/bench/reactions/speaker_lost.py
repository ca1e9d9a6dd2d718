"""Judging what a device does when the one that speaks for its bank is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.reactions.floor import judge_loss_stop
from bmshil.bench.reactions.loss import MARGIN, fast_sampling, longest_reaction, lose
from bmshil.judge import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

ENDS = frozenset({"stop", "defaults"})
"""Declared reactions that end the current; SMA's defaults are CCL 0 and DCL 0."""


def judge_lost_speaker(bench: Bench, cut: Callable[[], object], *, who: str, patience: float = 0.0) -> None:
    """Take away whoever speaks while the device charges, and judge when it stops.

    Args:
        bench: charging.
        cut: takes the speaker away.
        who: is lost, for the statements.
        patience: how long the bank itself goes on before it falls silent, s.

    Raises:
        Inconclusive: there was no current to lose.
    """
    declared = bench.declares.timeouts.all
    window = bench.declares.period.nominal + MARGIN
    with fast_sampling(bench):
        loss = lose(
            bench,
            cut,
            bench.bus.identifiers(),
            timeout=patience + longest_reaction(bench, declared),
        )
    stopped = loss.reaction is not None
    bench.judge.fact(
        bench.observe(f"charge ended after {who} was lost", stopped, loss.start),
        question=Question.SAFETY,
        statement=f"The charge does not go on for ever when {who} is lost",
        citation="acceptance: loss_stop",
    )
    if declared is not None:
        bench.judge.fact(
            bench.observe(f"charge ended after {who} was lost", stopped, loss.start),
            bench.declares.reaction("all") in ENDS,
            statement=f"The charge ends, or goes on, as declared for a lost battery, when {who} is lost",
            citation="profile: timeouts, on_timeout",
        )
    if loss.reaction is not None and declared is not None and bench.declares.reaction("all") in ENDS:
        bench.judge.between(
            loss.reaction,
            declared - window,
            declared + bench.declares.tick + MARGIN,
            statement=f"Time from the last frame of the bank to the end of the charge, when {who} is lost",
            citation="profile: timeouts.all",
        )
    if loss.reaction is not None:
        judge_loss_stop(bench, loss.reaction, "Time from the last frame of the bank to the end of the charge")
