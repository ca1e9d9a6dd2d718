"""LIM: the device follows limits, in time, down to zero and back."""

from typing import Literal

import pytest

from bmshil.bench import NEAR_FULL, Bench, bring_to_cvl_step, declared_at_zero, declared_voltage
from bmshil.bench.reactions.floor import judge_no_current, judge_no_forced_discharge
from bmshil.bench.reactions.unmoved import flowing, judge_as_before
from bmshil.bms import Period
from bmshil.errors import Inconclusive
from bmshil.judge import Question
from pytest_bmshil import requirement

RESENDS = 10_000


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
    "LIM-01",
    "A new CVL is followed within the declared time, downwards and upwards",
    needs=["dc", "charge"],
    duration="follow_lag + 300",
    scenarios=["S64"],
)
@pytest.mark.parametrize("direction", ["down", "up"])
def test_cvl_step_is_followed(bench: Bench, unit: float, direction: str) -> None:
    # Small, so that the step up takes little more current, yet twice what can be told apart.
    step = max(0.2, 2.5 * (bench.declares.accuracy.voltage + bench.rig.tolerances.voltage))
    before, after = bring_to_cvl_step(bench, direction, step, unit)
    stepped = bench.seconds
    bench.bank.limit(cvl=after)
    bench.settle()
    if bench.packs.emf > declared_voltage(bench, after) - 0.1:
        raise Inconclusive(
            f"the bank itself rests at {bench.packs.emf:.2f} V: no charge can end at {after:g} V"
        )
    reached = bench.voltage(over=3.0)
    amps = float(bench.measure("dc.current", bench.seconds - 3.0).value)
    if direction == "up" and amps > 0.9 * bench.largest_current:
        raise Inconclusive(f"{amps:.1f} A are all that the device has: its rating binds, not the CVL")
    bench.judge.equals(
        reached,
        declared_voltage(bench, after),
        wrong=[declared_voltage(bench, before)],
        statement=f"Voltage {bench.following:g} s after the CVL went {direction} to {after:g} V",
        citation="profile: follow_lag, cvl_policy",
    )
    if direction == "down":
        judge_no_current(
            bench,
            bench.measure("dc.current", stepped, reduction="min"),
            "A lower CVL stops the charge, it forces no discharge",
            direction="discharge",
            citation="acceptance: zero_current; S55",
        )


@requirement(
    "LIM-02",
    "A smaller CCL is followed within the declared time",
    needs=["dc", "charge"],
    duration="follow_lag + 60",
    scenarios=["S53", "S54"],
)
def test_ccl_step_is_followed(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = flowing(bench)
    bench.bank.limit(ccl=unit / 3)
    bench.settle()
    bench.judge.equals(
        bench.current(),
        before / 3,
        wrong=[before],
        statement=f"Charge current {bench.following:g} s after every CCL has gone down to a third",
        citation="profile: follow_lag",
    )


@requirement(
    "LIM-03",
    "A smaller DCL is followed within the declared time",
    needs=["dc", "discharge"],
    duration="follow_lag + 60",
)
def test_dcl_step_is_followed(bench: Bench, unit: float) -> None:
    bench.bank.limit(dcl=unit)
    bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    before = flowing(bench)
    bench.bank.limit(dcl=unit / 3)
    bench.settle()
    bench.judge.equals(
        bench.current(),
        before / 3,
        wrong=[before],
        statement=f"Battery current {bench.following:g} s after every DCL has gone down to a third",
        citation="profile: follow_lag",
    )


@requirement(
    "LIM-04",
    "A CCL of 0 A stops the charge",
    needs=["dc", "charge"],
    duration="follow_lag + 120",
    scenarios=["S50", "S51"],
)
def test_zero_ccl_stops_the_charge(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = flowing(bench)
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


@requirement(
    "LIM-05",
    "A DCL of 0 A stops the discharge",
    needs=["dc", "discharge"],
    duration="follow_lag + 120",
    scenarios=["S51", "S52"],
)
def test_zero_dcl_stops_the_discharge(bench: Bench, unit: float) -> None:
    bench.bank.limit(dcl=unit)
    bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    before = flowing(bench)
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


@requirement(
    "LIM-06",
    "When the limit comes back after 0 A, the device goes on",
    needs=["dc", "charge"],
    duration="follow_lag + recovery.power + 90",
    scenarios=["S61"],
)
def test_restored_limit_resumes(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = flowing(bench)
    bench.bank.limit(ccl=0.0)
    bench.run(30.0)
    bench.bank.limit(ccl=unit)
    bench.run(bench.following + bench.declares.recovery.power)
    judge_as_before(
        bench,
        before,
        "Charge current after the CCL came back from 0 A",
        "profile: follow_lag, recovery.power",
    )


@requirement(
    "LIM-07",
    "Near the CVL less current than the CCL is right, and stays below both limits",
    needs=["dc", "charge"],
    duration="300",
    scenarios=["S56", "S57", "S58"],
)
def test_less_than_ccl_near_cvl_is_right(bench: Bench, unit: float) -> None:
    low = bench.levels.low_cvl
    declared = declared_voltage(bench, low)
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=low, ccl=2 * unit)
    bench.settle_generously()
    start = bench.seconds
    bench.charge(limit=unit / 2)
    shown = bench.seconds
    # A device that filters comes down to the limit so slowly that it looks like constant voltage.
    bench.settle_generously()
    reached = bench.until_cv(timeout=600)
    if not reached.in_cv and abs(float(reached.voltage.value) - declared) <= bench.declares.accuracy.voltage:
        raise Inconclusive(
            f"the bank is so full at {declared:g} V that no current is left: that looks like a stop"
        )
    bench.run(max(0.0, shown + bench.followed_at_the_latest - bench.seconds))
    bench.judge.equals(
        reached.voltage,
        declared,
        wrong=[bench.levels.open_cvl],
        statement="The voltage is the limit that binds",
        citation="profile: cvl_policy",
    )
    bench.judge.fact(
        bench.observe("constant voltage", reached.in_cv, start),
        statement="The charge ends in constant voltage, with less current than the CCL",
    )
    bench.judge.at_most(
        bench.measure("dc.current", shown + bench.followed_at_the_latest, reduction="max"),
        bench.acceptance.current_allowed(2 * unit * len(bench.bank), bench.declares.rating.charge_current),
        question=Question.SAFETY,
        statement="Highest current against the sum of the CCLs",
        citation="acceptance: current_over_limit",
    )
    bench.judge.at_most(
        bench.measure("dc.voltage", start, reduction="max"),
        low,
        tolerance=bench.acceptance.voltage_over_cvl,
        question=Question.SAFETY,
        statement="Highest voltage of the whole charge",
        citation="acceptance: voltage_over_cvl",
    )


@requirement(
    "LIM-08",
    "The same limit sent 10 000 times changes nothing",
    needs=["can", "dc", "charge"],
    duration="10000 * period.fastest + 90",
    scenarios=["S37"],
)
def test_repeating_a_limit_changes_nothing(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = flowing(bench)
    fastest = bench.declares.period.fastest
    for node in bench.bank:
        node.faults.on(Period(seconds=fastest, ids=(bench.bank.dialect.role("limits"),)))
    bench.hold_soc()
    bench.run(RESENDS * fastest)
    judge_as_before(
        bench,
        before,
        f"Charge current after {RESENDS} repetitions of the same limit",
        "profile: accuracy.current",
    )
    bench.judge.at_most(
        bench.current(reduction="max"),
        bench.acceptance.current_allowed(len(bench.bank) * unit, bench.declares.rating.charge_current),
        question=Question.SAFETY,
        statement=f"Charge current after {RESENDS} repetitions against the sum of the CCLs",
        citation="acceptance: current_over_limit",
    )


@requirement(
    "LIM-09",
    "A CVL below the bank's own voltage stops the charge and forces no discharge",
    needs=["dc", "charge"],
    duration="follow_lag + 90",
    scenarios=["S55"],
)
def test_cvl_below_the_bank_forces_no_discharge(bench: Bench, unit: float) -> None:
    bench.charge(limit=unit)
    bench.settle_generously()
    flowing(bench)
    bench.bank.limit(cvl=bench.packs.emf - 1.0)
    bench.settle()
    start = bench.seconds
    bench.run(30.0)
    accuracy = bench.declares.accuracy.current
    bench.judge.between(
        bench.measure("dc.current", start, reduction="max"),
        -accuracy,
        accuracy,
        statement="Highest battery current with the CVL 1 V below the bank's own voltage",
        citation="profile: accuracy.current",
    )
    judge_no_forced_discharge(
        bench,
        start,
        "The device is not made to discharge the bank down to the CVL",
        "acceptance: forced_discharge; S55",
    )
