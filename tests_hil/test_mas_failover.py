"""MAS: the master itself is lost, another takes over, or two speak at once."""

from typing import cast

import pytest

from bmshil.bench import Bench, returned
from bmshil.bench.bus.speech import longest_silence
from bmshil.bench.reactions.speaker_lost import ENDS, judge_lost_speaker, require_charge_back
from bmshil.bms import Failover, Master
from bmshil.judge import Question
from pytest_bmshil import requirement

A1 = "field article on master and slave BMSs"
OURS = "no maker documents the timing: the rig's own values, architecture.failover"

SUMS = ("pylontech", "minimum_cvl", "capacity_weighted")
"""Arithmetics of which these tests know what two of three packs make."""


def master_of(bench: Bench) -> Master:
    """The arrangement, where its arithmetic is one that adds up who is present."""
    master = cast("Master", bench.bank.architecture)
    if master.arithmetic not in SUMS:
        pytest.skip(f"not declared: what '{master.arithmetic}' makes of two packs is asked in MAS-04")
    return master


def charge_all(bench: Bench, unit: float) -> float:
    """Charge with I_ref for each pack; return the mean current, A."""
    bench.bank.limit(ccl=unit)
    bench.charge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    return float(bench.current().value)


@requirement(
    "MAS-05",
    "A bank whose master is lost, and where nobody takes over, is silent: the device does as it declares",
    needs=["dc", "charge", "architecture:master"],
    duration="timeouts.all + 4 * follow_lag + 2 * recovery.power + 180",
    scenarios=["S01", "S72"],
)
def test_the_master_is_lost(bench: Bench, unit: float) -> None:
    master = master_of(bench)
    master.succession.failover = Failover(mode="none")
    charge_all(bench, unit)
    before = bench.current()
    loss = judge_lost_speaker(bench, master.lose_master, who="the master")
    start = bench.seconds
    heard = bench.bus.limits_heard(10.0)
    bench.judge.fact(
        bench.observe("bus", "somebody speaks" if heard else "silent", start),
        "silent",
        statement="No slave speaks in the place of the master",
        citation=f"{A1}: the master is a single point of failure",
    )
    if bench.declares.recovery.mode == "manual":
        require_charge_back(bench, loss, master.restore_master)
        return
    back = bench.seconds
    master.restore_master()
    bench.until_accepted(timeout=master.settings.link.timeout + bench.declares.recovery.communication + 30.0)
    power = returned(bench, before, back, timeout=2 * bench.declares.recovery.power + 30.0)
    if power is None:
        # Only a device that a power cycle can wake has failed to come back by itself.
        require_charge_back(bench, loss)
    bench.judge.fact(
        bench.observe("charging after the master came back", power is not None, back),
        statement="The charge goes on after the master has come back",
        citation="profile: recovery",
    )


@requirement(
    "MAS-06",
    "When the master is lost the lowest address that is left takes over after the gap of the rig",
    subject="bank",
    silent_device=True,
    needs=["packs:3", "architecture:master"],
    duration="90",
    scenarios=["S72"],
)
def test_the_lowest_address_takes_over(bench: Bench) -> None:
    master = master_of(bench)
    gap = 8.0
    master.succession.failover = Failover(mode="lowest", gap=gap)
    heir = master.group.numbers[1]
    bench.run(5.0)
    start = bench.seconds
    master.lose_master()
    bench.run(gap + 10.0)
    period = bench.bank[heir].period
    bench.judge.between(
        longest_silence(bench, start),
        gap - period,
        gap + 2 * period,
        statement="Silence on the bus from the old master to the new one",
        citation=OURS,
    )
    bench.judge.fact(
        bench.observe("who speaks", ", ".join(f"pack {number}" for number in master.speakers), start),
        f"pack {heir}",
        statement="The lowest address that is left speaks for the bank",
        citation=f"diyBMSv4ESP32, pull request 309; {OURS}",
    )
    master.restore_master()
    bench.run(10.0)
    bench.judge.fact(
        bench.observe("packs whose values alternate", bench.bus.duplicate_addresses(over=5.0)),
        "none",
        statement="The old master that comes back yields: one speaks",
        citation=OURS,
    )
    bench.judge.equals(
        bench.figure("bank.present", len(master.present), "1", how="told"),
        float(len(bench.bank)),
        tolerance=0.5,
        statement="The new master counts the old one as a slave",
    )


@requirement(
    "MAS-07",
    "The device bears a change of masters within its time-out, and does what it declares in a longer one",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="2 * timeouts.all + 4 * follow_lag + 2 * recovery.power + 120",
    scenarios=["S72", "S73"],
)
@pytest.mark.parametrize("shorter", [True, False], ids=["shorter", "longer"])
def test_the_device_bears_the_gap(bench: Bench, unit: float, shorter: bool) -> None:
    master = master_of(bench)
    declared = bench.declares.timeouts.all
    if declared is None:
        pytest.skip("not declared: the device declares no time-out for a silent bank")
    gap = declared / 3 if shorter else declared + 20.0
    master.succession.failover = Failover(mode="lowest", gap=gap)
    charge_all(bench, unit)
    start = bench.seconds
    master.lose_master()
    bench.run(gap + 5.0)
    lowest = bench.measure("dc.current", start, reduction="min")
    ends = not shorter and bench.declares.reaction("all") in ENDS
    bench.judge.fact(
        bench.observe("charge interrupted", float(lowest.value) < unit / 2, start),
        expected=ends,
        statement=f"A silence of {gap:g} s interrupts the charge, or not: time-out {declared:g} s",
        citation="profile: timeouts, on_timeout",
    )
    if ends:
        bench.until_accepted(timeout=bench.declares.recovery.communication + 30.0)
        bench.run(bench.declares.recovery.power)
    if ends and bench.declares.recovery.mode == "manual":
        return
    bench.settle_generously()
    measured = bench.current()
    bench.judge.equals(
        measured,
        2 * unit,
        wrong=[0.0, unit, 3 * unit],
        statement="Charge current under the new master, which has lost one pack",
        citation="profile: aggregation.ccl, recovery",
    )
    bench.judge.at_most(
        measured,
        bench.acceptance.current_allowed(2 * unit, bench.declares.rating.charge_current),
        question=Question.SAFETY,
        statement="Charge current against the limits of the packs that the new master knows",
        citation="acceptance: current_over_limit",
    )


@requirement(
    "MAS-08",
    "Two masters under the same identifiers are found, and the device never adds up what they say",
    needs=["dc", "charge", "packs:3", "architecture:master"],
    duration="5 * follow_lag + 120",
    disturbs=True,
    scenarios=["S65", "S66", "S73"],
)
def test_two_masters(bench: Bench, unit: float) -> None:
    master = master_of(bench)
    master.succession.failover = Failover(mode="lowest", gap=6.0, returning="speaks")
    first, heir, other = master.group.numbers
    # No master knows the other one's pack: the old one says 2 + 2, the new one 1 + 2 x I_ref.
    bench.bank.limit(ccl=2 * unit)
    bench.bank[heir].limit(ccl=unit)
    bench.charge(limit=4 * unit)
    bench.settle_generously()
    master.lose_master()
    bench.run(10.0)
    master.restore_master()
    bench.run(master.settings.link.timeout + 5.0)
    bench.judge.fact(
        bench.observe("packs with two senders", bench.bus.alternating_packs(over=8.0)),
        "pack 1",
        statement=f"Packs {first} and {heir} both speak for the bank, and their values alternate",
        citation=OURS,
    )
    bench.settle_generously()
    start = bench.seconds
    bench.run(20.0)
    highest = bench.measure("dc.current", start, reduction="max")
    rating = bench.declares.rating.charge_current
    bench.judge.at_most(
        highest,
        bench.acceptance.current_allowed(4 * unit, rating),
        question=Question.SAFETY,
        statement="Charge current against what either master says: the two are never added up",
        citation="acceptance: current_over_limit",
    )
    careful = float(highest.value) <= bench.acceptance.current_allowed(3 * unit, rating)
    bench.judge.characterise(
        bench.observe("obeys", "the more careful master" if careful else "whichever spoke last", start),
        question=Question.SAFETY,
        statement=f"Two masters say {4 * unit:.1f} and {3 * unit:.1f} A, pack {other} a slave of both: only "
        "a device that takes the lower one is safe, and no document asks for it",
    )
