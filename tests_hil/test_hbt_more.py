"""HBT: messages that are lost one by one, come slowly, among others, or never change."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.floor import judge_no_forced_discharge
from bmshil.bench.reactions.speaker_lost import ENDS, judge_lost_speaker, require_charge_back
from bmshil.bench.reactions.unmoved import begin, judge_as_before, play
from bmshil.bench.stimuli import STIMULI
from bmshil.inverter import Reaction
from pytest_bmshil import requirement

SLOWEST = 10.0
"""Period of all but the limits of the slow battery, s."""

FROZEN = 120.0
"""How long payloads stand still where the device declares no time, s."""


def judge_still_speaks(bench: Bench, when: str, key: str) -> None:
    """Judge that the device goes on with its sign of life; one that answers the bank is only looked at."""
    alive = bench.declares.keepalive
    gap = bench.bus.keepalive_gap(over=3 * alive.grace)
    if alive.trigger == "free":
        bench.judge.at_most(
            gap,
            alive.grace,
            statement=f"Longest silence of the device {when}",
            citation="profile: keepalive.grace",
        )
    else:
        bench.judge.characterise(gap, statement=f"Longest silence of the device {when}", key=key)


def judge_borne(bench: Bench, before: float, start: float, statement: str, citation: str) -> None:
    """Judge that since ``start`` (s) the charge never fell far below the current before, A."""
    bench.judge.at_least(
        bench.measure("dc.current", start, reduction="min"),
        before,
        tolerance=bench.declares.accuracy.current + 0.1 * before,
        statement=statement,
        citation=citation,
    )


@requirement(
    "HBT-06",
    "When only voltage and current (0x356) are lost, the limits still hold and the device goes on speaking",
    needs=["can", "dc", "charge"],
    duration="4 * follow_lag + 90",
    scenarios=["S06"],
)
def test_only_measured_lost(bench: Bench, unit: float) -> None:
    roles = bench.bank.dialect.roles
    if roles.get("measured") in (None, roles.get("limits"), roles.get("state")):
        pytest.skip("not observable: no message of the dialect carries voltage and current alone")
    if bench.declares.timeouts.measured is not None:
        pytest.skip("not declared: that it goes on without the measured values")
    before = begin(bench, "S06")
    play(bench, "S06")
    bench.run(30.0)
    judge_as_before(
        bench,
        before,
        "Charge current 30 s after the last measured values, the limits as before",
        "profile: timeouts.measured; S06",
    )
    bench.bank.limit(ccl=unit / 3)
    bench.settle()
    bench.judge.equals(
        bench.current(),
        before / 3,
        wrong=[before],
        statement="Charge current after every CCL has gone down to a third, without measured values",
        citation="profile: follow_lag",
    )
    judge_still_speaks(bench, "without measured values", "loss.measured.keepalive_gap")


@requirement(
    "HBT-07",
    "A battery that is slow, and one that leaves a set out, are borne within the declared time-outs",
    needs=["can", "dc", "charge"],
    duration="3 * follow_lag + 150",
    scenarios=["S07"],
)
def test_slow_battery(bench: Bench) -> None:
    timeouts = bench.declares.timeouts
    watched = [one for one in (timeouts.all, timeouts.limits, timeouts.state, timeouts.measured) if one]
    if min(watched, default=2 * SLOWEST + 1) <= 2 * SLOWEST or bench.bank.dialect.asked_by:
        pytest.skip("not declared: that it bears a battery which speaks every 10 s and leaves a set out")
    before = begin(bench, "S07")
    play(bench, "S07")
    start = bench.seconds
    bench.run(60.0)
    judge_borne(
        bench,
        before,
        start,
        "Least charge current in a minute with limits every 2 s and all else every 10 s",
        "profile: timeouts; victronenergy/venus#469",
    )


@requirement(
    "HBT-07",
    "A battery that is slow, and one that leaves a set out, are borne within the declared time-outs",
    needs=["can", "dc", "charge"],
    duration="3 * follow_lag + 90",
    scenarios=["S07", "S90"],
)
def test_one_set_missed(bench: Bench) -> None:
    period = max(node.period for node in bench.bank)
    if min(one or 60.0 for one in (bench.declares.timeouts.all, bench.declares.timeouts.pack)) <= 3 * period:
        pytest.skip("not declared: that it bears a set that is missing")
    before = begin(bench, "S07")
    start = bench.seconds
    for _ in range(3):
        with bench.bank.silence():
            bench.run(period)
        bench.run(3 * period)
    bench.run(bench.following)
    judge_borne(
        bench, before, start, "Least charge current while one set of four is missing", "profile: timeouts"
    )


@requirement(
    "HBT-08",
    "Frames of others are no sign of life of the battery",
    needs=["can", "dc", "charge", "disturber"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 180",
    disturbs=True,
    scenarios=["S08"],
)
def test_others_are_no_sign_of_life(bench: Bench) -> None:
    if bench.declares.reaction("all") == Reaction.VOLTAGE_SOC:
        pytest.skip("not declared: the device goes on by voltage, with values of its own: see HBT-05")
    begin(bench, "S08")
    loss = judge_lost_speaker(bench, lambda: play(bench, "S08"), who="the bank, among the frames of others,")
    require_charge_back(bench, loss)


@requirement(
    "HBT-09",
    "Payloads that never change while current flows are noticed, where the device declares a time for it",
    needs=["can", "dc", "charge"],
    duration="3 * follow_lag + 180",
    scenarios=["S09"],
)
def test_frozen_payloads(bench: Bench, unit: float) -> None:
    declared = bench.declares.values.frozen
    STIMULI["S09"].bring(bench)
    play(bench, "S09")
    start = bench.seconds
    bench.run(FROZEN if declared is None else declared + bench.following)
    goes_on = bench.observe("charging by frozen payloads", bench.control.current > unit / 2, start)
    if declared is None:
        bench.judge.characterise(
            goes_on,
            statement=f"Whether the charge goes on {FROZEN:g} s after the last payload that was true",
            key="frozen.accepted",
        )
    else:
        bench.judge.fact(
            goes_on,
            False,
            statement="The charge has ended: nothing moves while current flows",
            citation="profile: values.frozen",
        )


@requirement(
    "HBT-10",
    "Three hundred frames a second of others change nothing",
    needs=["can", "dc", "charge", "disturber"],
    duration="4 * follow_lag + 60",
    disturbs=True,
    scenarios=["S13"],
)
def test_flood_of_others(bench: Bench, unit: float) -> None:
    before = begin(bench, "S13")
    play(bench, "S13")
    bench.run(2.0)
    bench.bank.limit(ccl=unit / 3)
    bench.settle()
    bench.judge.equals(
        bench.current(),
        before / 3,
        wrong=[before, 0.0],
        statement="Charge current after every CCL has gone down to a third, in the flood",
        citation="profile: follow_lag; victronenergy/venus#1072",
    )
    judge_still_speaks(bench, "in the flood", "flood.keepalive_gap")


@requirement(
    "HBT-11",
    "A battery that reboots at full power, and says zeros at first, does not shut the device down",
    needs=["can", "dc", "charge", "hazard"],
    duration="3 * follow_lag + recovery.power + 60",
    scenarios=["S14", "S35"],
)
def test_reboot_at_full_power(bench: Bench) -> None:
    before = begin(bench, "S14")
    start = bench.seconds
    play(bench, "S14")
    bench.run(5.0 + bench.declares.recovery.power + bench.following)
    judge_as_before(
        bench,
        before,
        "Charge current after 2 s of silence, 3 s of zeros, and the time to come back",
        "profile: values, zero, recovery.power",
    )
    judge_no_forced_discharge(
        bench,
        start,
        "A CVL of 0 V forces no discharge",
        "acceptance: forced_discharge; diyBMSv4ESP32#175",
    )


@requirement(
    "PHY-08",
    "Frames with the same numbers and the other identifier length are not believed",
    needs=["can", "dc", "charge", "disturber"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 180",
    disturbs=True,
    scenarios=["S85"],
)
def test_other_identifier_length(bench: Bench) -> None:
    if not any(identifier < 0x800 for identifier, _ in bench.bus.identifiers()):
        pytest.skip("not observable: the bank's identifiers do not exist with 11 bits")
    if bench.declares.reaction("all") not in ENDS:
        pytest.skip("not declared: a device that ends the charge when its batteries are lost")
    begin(bench, "S85")
    loss = judge_lost_speaker(
        bench, lambda: play(bench, "S85"), who="the bank, whose numbers go on in the other length,"
    )
    require_charge_back(bench, loss)
