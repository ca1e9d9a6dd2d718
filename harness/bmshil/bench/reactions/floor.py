"""Judging by the floor of the acceptance file what many requirements ask, whatever the device declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.judge import Question

if TYPE_CHECKING:
    from typing import Literal

    from bmshil.bench.bench import Bench
    from bmshil.judge import Measurement


SUMMED = ("sum", "n_minimum", "n_first")
"""Rules by which equal limits of several batteries add up."""


def allowed_now(bench: Bench, direction: Literal["charge", "discharge"] = "charge") -> float:
    """What the device may take by the equal limits that are said now, and by the rule that it declares, A."""
    charging, rules = direction == "charge", bench.declares.aggregation
    said = [report.ccl if charging else report.dcl for report in bench.bank.architecture.said]
    rule = rules.ccl if charging else rules.dcl
    if bench.declares.batteries == "one" or rule.value not in SUMMED:
        return said[0]
    return sum(said)


def judge_no_current(
    bench: Bench,
    measured: Measurement,
    statement: str,
    *,
    direction: Literal["charge", "discharge", "either"] = "charge",
    citation: str = "acceptance: zero_current",
) -> None:
    """Judge on the safety question that what flows counts as no current.

    Args:
        bench: says what counts as none.
        measured: battery current, A: highest for a charge, lowest for a discharge, peak for either.
        statement: what is claimed.
        direction: in which nothing may flow.
        citation: where that stands.
    """
    rating = bench.declares.rating
    if direction == "discharge":
        bench.judge.at_least(
            measured,
            -bench.zero_allowed(rating.discharge_current),
            question=Question.SAFETY,
            statement=statement,
            citation=citation,
        )
        return
    most = rating.charge_current
    if direction == "either":
        most = max(most, rating.discharge_current)
    bench.judge.at_most(
        measured,
        bench.zero_allowed(most),
        question=Question.SAFETY,
        statement=statement,
        citation=citation,
    )


def judge_no_charge(
    bench: Bench, since: float, statement: str, citation: str, *, floor: str = "acceptance: zero_current"
) -> None:
    """Judge on both questions that nothing is charged from ``since`` (s) on.

    Args:
        bench: the bench.
        since: begin of the window, s.
        statement: what is claimed, on both questions.
        citation: where the device declares it.
        floor: where the acceptance file does.
    """
    highest = bench.measure("dc.current", since, reduction="max")
    bench.judge.at_most(highest, bench.declares.accuracy.current, statement=statement, citation=citation)
    judge_no_current(bench, highest, statement, citation=floor)


def judge_no_forced_discharge(bench: Bench, since: float, statement: str, citation: str) -> None:
    """Judge on the safety question that the device was not made to discharge since then (s)."""
    bench.judge.at_least(
        bench.measure("dc.current", since, reduction="min"),
        -bench.acceptance.forced_discharge * bench.declares.rating.discharge_current,
        question=Question.SAFETY,
        statement=statement,
        citation=citation,
    )


def judge_within_limit(
    bench: Bench,
    measured: Measurement,
    limit: float,
    statement: str,
    *,
    direction: Literal["charge", "discharge"] = "charge",
    citation: str = "acceptance: current_over_limit",
) -> None:
    """Judge on the safety question that no more flows than a limit and the acceptance file allow.

    Args:
        bench: the bench.
        measured: battery current, A: highest for a charge, lowest for a discharge.
        limit: what the bank allows, A, above zero in either direction.
        statement: what is claimed.
        direction: which limit it is.
        citation: where the floor stands.
    """
    rating = bench.declares.rating
    if direction == "charge":
        bench.judge.at_most(
            measured,
            bench.acceptance.current_allowed(limit, rating.charge_current),
            question=Question.SAFETY,
            statement=statement,
            citation=citation,
        )
        return
    bench.judge.at_least(
        measured,
        -bench.acceptance.current_allowed(limit, rating.discharge_current),
        question=Question.SAFETY,
        statement=statement,
        citation=citation,
    )


def followed_current(bench: Bench, direction: Literal["charge", "discharge"], statement: str) -> Measurement:
    """Wait for smaller limits to be followed, and judge the floor no later than the lab allows.

    Args:
        bench: charging or discharging, with equal limits just lowered.
        direction: which.
        statement: what is claimed on the safety question.

    Returns:
        Battery current once the limits are followed as declared, A.
    """
    start = bench.seconds
    bench.run(bench.followed_at_the_latest)
    current = bench.current()
    judge_within_limit(
        bench,
        current,
        allowed_now(bench, direction),
        statement,
        direction=direction,
        citation="acceptance: follow, current_over_limit",
    )
    if bench.following > bench.followed_at_the_latest:
        bench.run(max(0.0, start + bench.following - bench.seconds))
        current = bench.current()
    return current


def judge_limits_bind(bench: Bench, each: float, since: float) -> None:
    """Judge on the safety question that a device which goes on keeps to the limits that are still told.

    Those in force must not be exceeded, and a smaller CCL must be followed.

    Args:
        bench: charging, with only other messages than the limits lost.
        each: CCL of every pack, A.
        since: when the other messages were lost, s.
    """
    packs = len(bench.bank)
    judge_within_limit(
        bench,
        bench.measure("dc.current", since, reduction="max"),
        packs * each,
        "Highest charge current since the loss against the limits that are still told",
    )
    # Together less than one pack has asked for: less than before by whatever rule.
    smaller = each / (3 * packs)
    bench.bank.limit(ccl=smaller)
    bench.run(bench.followed_at_the_latest)
    judge_within_limit(
        bench,
        bench.current(),
        packs * smaller,
        "Charge current after a smaller CCL, which is still told",
        citation="acceptance: follow, current_over_limit",
    )


def judge_loss_stop(bench: Bench, reaction: Measurement, statement: str) -> None:
    """Judge on the safety question that the current ended in time after a loss (s)."""
    bench.judge.at_most(
        reaction,
        bench.acceptance.loss_stop,
        question=Question.SAFETY,
        statement=statement,
        citation="acceptance: loss_stop",
    )


def judge_never_above(
    bench: Bench, since: float, volts: float, statement: str, citation: str = "acceptance: voltage_over_cvl"
) -> None:
    """Judge on the safety question that the voltage was never above ``volts`` since then (s)."""
    bench.judge.at_most(
        bench.measure("dc.voltage", since, reduction="max"),
        volts,
        tolerance=bench.acceptance.voltage_over_cvl,
        question=Question.SAFETY,
        statement=statement,
        citation=citation,
    )
