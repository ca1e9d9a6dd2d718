"""LIM: the device follows limits in time, and what stands beside them changes nothing."""

import pytest

from bmshil.bench import NEAR_FULL, Bench, bring_to_cvl_step, declared_voltage
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.floor import (
    followed_current,
    judge_never_above,
    judge_no_current,
    judge_no_forced_discharge,
    judge_within_limit,
)
from bmshil.bench.reactions.unmoved import begin_charge, begin_discharge, flowing, judge_as_before
from bmshil.bms import Period
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement

RESENDS = 10_000


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
        judge_never_above(
            bench,
            stepped + bench.followed_at_the_latest,
            after,
            "Voltage against the lower CVL, once it must have been followed",
            citation="acceptance: follow, voltage_over_cvl",
        )
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
    before = begin_charge(bench)
    bench.bank.limit(ccl=unit / 3)
    bench.judge.equals(
        followed_current(bench, "charge", "Charge current once smaller CCLs must have been followed"),
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
    before = begin_discharge(bench)
    bench.bank.limit(dcl=unit / 3)
    bench.judge.equals(
        followed_current(bench, "discharge", "Battery current once smaller DCLs must have been followed"),
        before / 3,
        wrong=[before],
        statement=f"Battery current {bench.following:g} s after every DCL has gone down to a third",
        citation="profile: follow_lag",
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
    judge_within_limit(
        bench,
        bench.measure("dc.current", shown + bench.followed_at_the_latest, reduction="max"),
        2 * unit * len(bench.bank),
        "Highest current against the sum of the CCLs",
    )
    judge_never_above(bench, start, low, "Highest voltage of the whole charge")


@requirement(
    "LIM-08",
    "The same limit sent 10 000 times changes nothing",
    needs=["can", "dc", "charge"],
    duration="10000 * period.fastest + 90",
    scenarios=["S37"],
)
def test_repeating_a_limit_changes_nothing(bench: Bench, unit: float) -> None:
    before = begin_charge(bench)
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
    judge_within_limit(
        bench,
        bench.current(reduction="max"),
        len(bench.bank) * unit,
        f"Charge current after {RESENDS} repetitions against the sum of the CCLs",
    )


@requirement(
    "LIM-09",
    "A CVL below the bank's own voltage stops the charge and forces no discharge",
    needs=["dc", "charge"],
    duration="2 * follow_lag + recovery.power + 90",
    scenarios=["S55"],
)
def test_cvl_below_the_bank_forces_no_discharge(bench: Bench, unit: float) -> None:
    bench.charge(limit=unit)
    bench.settle_generously()
    before = flowing(bench)
    low = bench.packs.emf - 1.0
    bench.bank.limit(cvl=low)
    bench.settle()
    start = bench.seconds
    bench.run(30.0)
    accuracy = bench.declares.accuracy.current
    # A device that puts a voltage of its own in the place of the CVL declares that it charges on.
    if declared_voltage(bench, low) <= low + 0.5:
        bench.judge.between(
            bench.measure("dc.current", start, reduction="max"),
            -accuracy,
            accuracy,
            statement="Highest battery current with the CVL 1 V below the bank's own voltage",
            citation="profile: accuracy.current, cvl_policy",
        )
    judge_no_forced_discharge(
        bench,
        start,
        "The device is not made to discharge the bank down to the CVL",
        "acceptance: forced_discharge; S55",
    )
    require_able(bench, "charge", before, lambda: bench.bank.limit(cvl=bench.levels.open_cvl))
