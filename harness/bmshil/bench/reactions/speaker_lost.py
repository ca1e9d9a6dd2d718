"""Judging what a device does when the one that speaks for its bank is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.floor import judge_loss_stop, judge_no_current
from bmshil.bench.reactions.loss import MARGIN, fast_sampling, longest_reaction, lose
from bmshil.judge import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench
    from bmshil.bench.reactions.loss import Loss

ENDS = frozenset({"stop", "defaults"})
"""Declared reactions that end the current; SMA's defaults are CCL 0 and DCL 0."""


def judge_lost_speaker(bench: Bench, cut: Callable[[], object], *, who: str, patience: float = 0.0) -> Loss:
    """Take away whoever speaks while the device charges, and judge when it stops, and whether it stays so.

    Whoever calls it gives the bank its voice back, and lets :func:`require_charge_back` see what that does.

    Args:
        bench: charging.
        cut: takes the speaker away.
        who: is lost, for the statements.
        patience: how long the bank itself goes on before it falls silent, s.

    Returns:
        How the device reacted.

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
        judge_no_current(
            bench,
            bench.current(over=bench.acceptance.zero_hold, reduction="peak"),
            f"The current stays away while nobody speaks, once {who} is lost",
            direction="either",
            citation="acceptance: zero_current, zero_hold",
        )
    return loss


def require_charge_back(bench: Bench, loss: Loss, allow: Callable[[], object] | None = None) -> None:
    """Require that a charge which ended by a loss comes back, else its source may have failed.

    Args:
        bench: after :func:`judge_lost_speaker`.
        loss: what that has returned.
        allow: gives the bank its voice back; all faults and stimuli are taken away without.

    Raises:
        Inconclusive: nothing flows.
    """
    if loss.reaction is not None:
        require_able(bench, "charge", float(loss.before.value), allow)
