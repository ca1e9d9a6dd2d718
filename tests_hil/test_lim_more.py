"""LIM: a limit held for long, ramps, a SOC that contradicts, a low SOC, and no grid."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.declared import declared_at_zero
from bmshil.bench.reactions.floor import allowed_now, judge_no_current, judge_within_limit
from bmshil.bench.reactions.unmoved import begin, judge_as_before, play
from bmshil.bench.stimuli import STIMULI
from bmshil.bench.stimuli.ramps import CELL, COLD, cell_ramp, cold_ramp, emptying
from bmshil.errors import Blocked
from pytest_bmshil import requirement

EXCESS = 125.9 / 108.0
"""What an owner saw: 125.9 A where 108 A were allowed (Sleeper85/esphome-yambms#184)."""

RAMPS = {
    "cold": (cold_ramp, [share for _, share in COLD]),
    "cell": (cell_ramp, [share for _, _, share in CELL]),
}


@requirement(
    "LIM-10",
    "With more power than the CCL allows the current keeps to the CCL for as long as it stands",
    needs=["dc", "charge"],
    duration="3 * follow_lag + 150",
    scenarios=["S54"],
)
def test_constant_ccl_is_kept(bench: Bench, unit: float) -> None:
    bench.bank.limit(ccl=unit)
    bench.settle_generously()
    allowed = allowed_now(bench)
    bench.charge(limit=allowed)
    bench.settle_generously()
    start = bench.seconds
    bench.run(60.0)
    bench.judge.equals(
        bench.measure("dc.current", start),
        allowed,
        wrong=[EXCESS * allowed],
        statement="Mean charge current in a minute at a constant CCL, with more power than it allows",
        citation="profile: accuracy.current; esphome-yambms#184",
    )
    judge_within_limit(
        bench,
        bench.measure("dc.current", start, reduction="max"),
        allowed,
        "Highest charge current of that minute against the limits in force",
    )


@requirement(
    "LIM-11",
    "A SOC of 100 % does not end a charge that the limits still allow",
    needs=["dc", "charge"],
    duration="4 * follow_lag + 90",
    scenarios=["S59", "S34"],
)
def test_full_soc_ends_no_charge(bench: Bench) -> None:
    before = begin(bench, "S59")
    play(bench, "S59")
    bench.run(bench.following + 20.0)
    # A master may ask for less once its packs say that they are full: that is the bank's doing.
    judge_as_before(
        bench,
        min(before, bench.bank.asks().ccl),
        "Charge current at a SOC of 100 %, with the limits as before and cells that are not full",
        "SMA FSS-ConnectingBat-TI-en-10: charging is not stopped by the SOC; S59",
    )


@requirement(
    "LIM-12",
    "A low SOC forces no charge that the batteries do not allow, unless the device declares that it does",
    needs=["dc", "charge"],
    duration="3 * follow_lag + recovery.power + 120",
    scenarios=["S60"],
)
def test_low_soc_forces_no_charge(bench: Bench, unit: float) -> None:
    STIMULI["S60"].bring(bench)
    emptying(bench, every=5.0)
    declared = declared_at_zero(bench, "charge", unit)
    begins = bench.declares.force_charge.below
    bench.settle_generously()
    start = bench.seconds
    bench.run(70.0)
    peak = bench.measure("dc.current", start, reduction="max")
    if begins is not None or declared is None:
        bench.judge.characterise(
            peak, statement="Charge current at a SOC of 14 % and a CCL of 0 A", key="force_charge.current"
        )
    else:
        bench.judge.at_most(
            peak,
            declared + bench.declares.accuracy.current,
            statement="Charge current at a SOC of 14 % and a CCL of 0 A",
            citation="profile: force_charge, zero.charge",
        )
    judge_no_current(bench, peak, "Charge current at a SOC of 14 % that no battery allows")
    require_able(bench, "charge", unit)


@requirement(
    "LIM-13",
    "Limits that a battery takes back step by step are followed step by step, down to zero",
    needs=["dc", "charge"],
    duration="10 * follow_lag + recovery.power + 120",
    scenarios=["S62", "S63"],
)
@pytest.mark.parametrize("which", ["cold", "cell"])
def test_ramps_are_followed(bench: Bench, which: str) -> None:
    if bench.declares.zero.charge != "obey":
        pytest.skip("not declared: that a CCL of 0 A ends the charge: see LIM-04")
    ramp, shares = RAMPS[which]
    before = begin(bench, "S62")
    every = bench.following + 6.0
    start = bench.seconds
    ramp(bench, every)
    for number, share in enumerate(shares):
        bench.run(start + number * every + bench.following - bench.seconds)
        bench.judge.equals(
            bench.current(),
            share * before,
            wrong=[shares[number - 1] * before] if number else [],
            statement=f"Charge current after the CCL has gone down to {share:g} of what it was",
            citation="profile: follow_lag",
        )
    require_able(bench, "charge", before)


@requirement(
    "LIM-14",
    "A DCL of 0 A stops the discharge off grid too, where the device declares that it binds there",
    needs=["dc", "discharge"],
    duration="6 * follow_lag + recovery.power + 180",
    scenarios=["S52"],
)
def test_dcl_binds_off_grid(bench: Bench, unit: float) -> None:
    if "ac_grid" not in bench.rig.power:
        pytest.skip("not observable: the rig has no grid that could be taken away")
    bench.bank.limit(dcl=unit)
    bench.discharge(limit=unit)
    load = bench.load
    watts = unit / 2 * bench.control.voltage
    bench.patiently(load, lambda: load.set_power(watts))
    bench.stimulus("the grid goes away")
    bench.switch("ac_grid", False)
    bench.settle_generously()
    island = bench.current()
    if float(island.value) > -unit / 4:
        raise Blocked(f"off grid the device feeds its load with {-float(island.value):.1f} A only")
    start = bench.seconds
    bench.bank.limit(dcl=0.0)
    hold = bench.acceptance.zero_hold
    bench.run(bench.following + hold)
    declared, allowed = start + bench.following, start + bench.followed_at_the_latest
    if bench.declares.dcl_valid == "always":
        bench.judge.at_least(
            bench.measure("dc.current", declared, reduction="min"),
            -bench.declares.accuracy.current - (declared_at_zero(bench, "discharge", unit / 2) or 0.0),
            statement="Battery current off grid at DCL 0 A, from the declared time on",
            citation="profile: dcl_valid, zero.discharge, follow_lag",
        )
    else:
        bench.judge.equals(
            bench.measure("dc.current", declared),
            float(island.value),
            wrong=[0.0],
            statement="Battery current off grid at DCL 0 A, which does not bind there",
            citation="profile: dcl_valid",
        )
    judge_no_current(
        bench,
        bench.measure("dc.current", allowed, allowed + hold, "min"),
        f"Battery current off grid at DCL 0 A, held for {hold:g} s",
        direction="discharge",
        citation="acceptance: follow, zero_current, zero_hold",
    )
    require_able(bench, "discharge", float(island.value))
