"""LIM: a limit of 0 A stops the current, and when it comes back the device goes on."""

from typing import Literal

import pytest

from bmshil.bench import REMAINS, Bench, declared_at_zero
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.floor import judge_no_current
from bmshil.bench.reactions.unmoved import begin_charge, begin_discharge, judge_as_before
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement


def judge_zero(
    bench: Bench, direction: Literal["charge", "discharge"], before: float, declared: float
) -> None:
    """Judge what flows at a limit of 0 A by what the device declares to do with it.

    Args:
        bench: the bench, at the limit of 0 A since longer than the device may take to follow it.
        direction: which limit it is.
        before: battery current under the limit before, A.
        declared: when the device declares to have followed, s.
    """
    sign, name, worst = (1.0, "CCL", "max") if direction == "charge" else (-1.0, "DCL", "min")
    amps = declared_at_zero(bench, direction, sign * before)
    measured = bench.measure("dc.current", declared, reduction="mean" if amps else worst)
    statement = f"Battery current at {name} 0 A, from the declared time on"
    if amps is None:
        bench.judge.characterise(measured, statement=statement, key=f"zero.{direction}")
    elif amps:
        bench.judge.equals(
            measured, sign * amps, wrong=[0.0], statement=statement, citation=f"profile: zero.{direction}"
        )
    elif direction == "charge":
        bench.judge.at_most(
            measured,
            bench.declares.accuracy.current,
            statement=statement,
            citation="profile: follow_lag, accuracy",
        )
    else:
        bench.judge.at_least(
            measured,
            -bench.declares.accuracy.current,
            statement=statement,
            citation="profile: follow_lag, accuracy",
        )


@requirement(
    "LIM-04",
    "A CCL of 0 A stops the charge",
    needs=["dc", "charge"],
    duration="2 * follow_lag + recovery.power + 120",
    scenarios=["S50", "S51"],
)
def test_zero_ccl_stops_the_charge(bench: Bench) -> None:
    before = begin_charge(bench)
    start = bench.seconds
    bench.bank.limit(ccl=0.0)
    hold = bench.acceptance.zero_hold
    bench.run(bench.following + hold)
    declared, allowed = start + bench.following, start + bench.followed_at_the_latest
    judge_zero(bench, "charge", before, declared)
    judge_no_current(
        bench,
        bench.measure("dc.current", allowed, allowed + hold, "peak"),
        f"Battery current at CCL 0 A, either way, held for {hold:g} s",
        citation="acceptance: follow, zero_current, zero_hold",
    )
    require_able(bench, "charge", before)


@requirement(
    "LIM-05",
    "A DCL of 0 A stops the discharge",
    needs=["dc", "discharge"],
    duration="2 * follow_lag + recovery.power + 120",
    scenarios=["S51", "S52"],
)
def test_zero_dcl_stops_the_discharge(bench: Bench) -> None:
    before = begin_discharge(bench)
    start = bench.seconds
    bench.bank.limit(dcl=0.0)
    hold = bench.acceptance.zero_hold
    bench.run(bench.following + hold)
    declared, allowed = start + bench.following, start + bench.followed_at_the_latest
    judge_zero(bench, "discharge", before, declared)
    judge_no_current(
        bench,
        bench.measure("dc.current", allowed, allowed + hold, "min"),
        f"Battery current at DCL 0 A, held for {hold:g} s",
        direction="discharge",
        citation="acceptance: follow, zero_current, zero_hold",
    )
    require_able(bench, "discharge", before)


@requirement(
    "LIM-06",
    "When the limit comes back after 0 A, the device goes on",
    needs=["dc", "charge"],
    duration="follow_lag + recovery.power + 90",
    scenarios=["S61"],
)
def test_restored_limit_resumes(bench: Bench, unit: float) -> None:
    before = begin_charge(bench)
    if declared_at_zero(bench, "charge", before) != 0:
        pytest.skip("not declared: that a CCL of 0 A ends the charge: see LIM-04")
    bench.bank.limit(ccl=0.0)
    bench.run(max(30.0, 2 * bench.following))
    left = float(bench.current(over=2.0).value)
    if left > REMAINS * before:
        raise Inconclusive(f"{left:.1f} A flow at a CCL of 0 A: nothing was away that could come back")
    bench.bank.limit(ccl=unit)
    bench.run(bench.following + bench.declares.recovery.power)
    judge_as_before(
        bench,
        before,
        "Charge current after the CCL came back from 0 A",
        "profile: follow_lag, recovery.power",
    )
