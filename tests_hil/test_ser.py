"""SER: what only a device that asks over RS485 can get wrong.

The rules of AGG, NM1, HBT, LIM and CFG hold over RS485 as they do on CAN: those tests run unchanged.
"""

from contextlib import ExitStack

import pytest

from bmshil.bench import MARGIN, Bench, fast_sampling, lose, returned
from bmshil.bench.reactions.floor import judge_loss_stop, judge_no_charge, judge_within_limit
from bmshil.bench.reactions.loss import longest_reaction
from bmshil.bms import FlippedDigit, LateAnswers, LostAnswers, Override
from bmshil.errors import Inconclusive
from bmshil.judge import Question
from pytest_bmshil import requirement

PYLONTECH = "Pylontech RS485 protocol V3.3"
SCALES = "0x63 in 0.1 A: Battery-Emulator PR#2267, esphome-yambms PR#74"

FOREIGN = 9
"""An address at which none of the devices looks for a battery."""

LIMITS = {"pylontech-system": (36, 21), "pylontech-pack": (38, 23)}
"""Length of an answer with limits, bytes, and where the first digit of its charge current stands."""


def charge(bench: Bench, unit: float) -> float:
    """Charge with 1 x I_ref for every pack; return what flows then, A."""
    total = len(bench.bank) * unit
    bench.bank.limit(ccl=unit)
    bench.charge(limit=total)
    bench.settle_generously()
    measured = float(bench.current().value)
    if measured < 0.5 * total:
        raise Inconclusive(f"only {measured:.1f} A flow although {total:.1f} A are allowed")
    return total


def judge_floor(bench: Bench, start: float, total: float) -> None:
    """Judge that since ``start`` no more current was taken than all limits together allow."""
    judge_within_limit(
        bench,
        bench.measure("dc.current", start, reduction="max"),
        total,
        "Highest charge current against the limits of the bank",
    )


@requirement(
    "SER-01",
    "A battery is found at each of the addresses at which the device declares to look for it",
    needs=["rs485", "dc", "charge"],
    duration="recovery.communication + recovery.power + 3 * follow_lag + 90",
)
@pytest.mark.parametrize("group", [0, 1])
def test_battery_is_found_at_every_declared_address(bench: Bench, unit: float, group: int) -> None:
    polls = bench.line.declared
    if not polls.one_speaker or not {0x02, 0x12} <= set(polls.addresses):
        pytest.skip("not declared: the device asks at fixed addresses")
    bench.bank.limit(ccl=unit)
    bench.line.move(group=group)
    recovery = bench.declares.recovery
    bench.run(recovery.communication + recovery.power)
    start = bench.seconds
    bench.power.start_charge()
    bench.settle_generously()
    bench.judge.fact(
        bench.line.answered(start),
        statement=f"The device asks the battery at address {'12' if group else '02'} (hexadecimal)",
        citation=f"{PYLONTECH}: 02 + 10H x group",
    )
    bench.judge.equals(
        bench.current(),
        len(bench.bank) * unit,
        wrong=[0.0],
        statement="The device charges with what that battery allows",
        citation="profile: serial.addresses",
    )


@requirement(
    "SER-02",
    "A battery is silent when another address is asked",
    subject="bank",
    needs=["rs485"],
    duration="30",
)
def test_wrong_address_is_silence(bench: Bench) -> None:
    bench.line.move(group=0, address=FOREIGN)
    bench.run(1.0)  # what was asked before is answered by now
    start = bench.seconds
    bench.run(10.0)
    bench.judge.fact(
        bench.observe("questions", bool(bench.line.asked(start)), start),
        statement="The device goes on asking",
    )
    bench.judge.fact(
        bench.line.answered(start),
        expected=False,
        statement="Nobody answers, not even with a return code",
        citation=f"{PYLONTECH}: a slave with another address is silent",
    )


@requirement(
    "SER-03",
    "Limits are read in the unit of the protocol: as many amperes flow as the batteries allow",
    needs=["rs485", "dc", "charge"],
    duration="3 * follow_lag + 60",
)
def test_limits_are_read_in_their_unit(bench: Bench, unit: float) -> None:
    total = len(bench.bank) * unit
    bench.bank.limit(ccl=unit)
    start = bench.seconds + bench.following
    bench.power.start_charge()
    bench.settle_generously()
    bench.judge.equals(
        bench.current(),
        total,
        wrong=[total / 10, min(10 * total, bench.declares.rating.charge_current)],
        statement="Charge current",
        citation=SCALES,
    )
    judge_floor(bench, start, total)


@requirement(
    "SER-04",
    "A limit of 0 A stops the charge although the enable bit is still set",
    needs=["rs485", "dc", "charge"],
    duration="4 * follow_lag + 60",
)
def test_zero_is_a_limit(bench: Bench, unit: float) -> None:
    charge(bench, unit)
    for node in bench.bank:
        node.faults.on(Override(ccl=0.0, charge_enabled=True))
    judge_stopped(bench, "CCL 0 A, charge enabled")


@requirement(
    "SER-05",
    "A cleared enable bit stops the charge although the limit is positive",
    needs=["rs485", "dc", "charge"],
    duration="4 * follow_lag + 60",
)
def test_cleared_enable_bit_is_obeyed(bench: Bench, unit: float) -> None:
    charge(bench, unit)
    for node in bench.bank:
        node.faults.on(Override(charge_enabled=False))
    judge_stopped(bench, "charge not enabled, CCL as before")


def judge_stopped(bench: Bench, told: str) -> None:
    """Judge that the charge has ended within the declared time."""
    bench.run(bench.followed_at_the_latest)
    start = bench.seconds
    bench.run(30.0)
    judge_no_charge(
        bench,
        start,
        f"Charge current with {told}",
        "profile: follow_lag, accuracy; status of 0x63 and 0x92",
        floor="acceptance: follow, zero_current",
    )


@requirement(
    "SER-06",
    "An answer with a wrong checksum is refused",
    needs=["rs485", "dc", "charge"],
    duration="4 * follow_lag + 60",
)
def test_wrong_checksum_is_refused(bench: Bench, unit: float) -> None:
    protocol = bench.line.declared.protocol
    if protocol not in LIMITS:
        pytest.skip("not observable: the bank on this line speaks another protocol")
    total = charge(bench, unit)
    length, at = LIMITS[protocol]
    start = bench.seconds
    # A few hundred amperes more.
    with bench.line.spoilt(FlippedDigit(length, at, b"1", every=2)):
        bench.run(20.0)
        # What flickers between two limits shows in its ends, and in no mean that is sure to be far off.
        for reduction, which in (("max", "Highest"), ("min", "Lowest")):
            bench.judge.equals(
                bench.measure("dc.current", start, reduction=reduction),
                total,
                wrong=[bench.declares.rating.charge_current if reduction == "max" else 0.0],
                statement=f"{which} charge current while half of the answers have a wrong digit",
                citation=f"{PYLONTECH}: CHKSUM",
            )
    judge_floor(bench, start, total)


@requirement(
    "SER-07",
    "An answer that comes late is not taken for the answer to the next question",
    needs=["rs485", "dc", "charge"],
    duration="6 * follow_lag + 120",
    disturbs=True,  # what comes late meets the next question on the wires
)
def test_late_answer_is_not_taken_for_another(bench: Bench, unit: float) -> None:
    total = charge(bench, unit)
    start = bench.seconds
    with bench.line.spoilt(LateAnswers(bench.line.declared.timeout, every=7)):
        bench.run(30.0)
        bench.judge.equals(
            bench.current(),
            total,
            wrong=[0.0, bench.declares.rating.charge_current],
            statement="Charge current while one answer of seven comes too late",
            citation="a reply names no command: only address and length tell what it answers",
        )
        judge_floor(bench, start, total)
        bench.bank.limit(ccl=unit / 2)
        bench.settle_generously()
        bench.judge.equals(
            bench.current(),
            total / 2,
            wrong=[total, 0.0],
            statement="Charge current after every CCL has gone down to a half",
            citation="profile: follow_lag",
        )


@requirement(
    "SER-08",
    "Answers that are lost one by one change nothing",
    needs=["rs485", "dc", "charge"],
    duration="3 * follow_lag + 120",
)
def test_lost_answer_changes_nothing(bench: Bench, unit: float) -> None:
    total = charge(bench, unit)
    start = bench.seconds
    with bench.line.spoilt(LostAnswers(every=5)):
        bench.run(60.0)
        bench.judge.equals(
            bench.measure("dc.current", start, reduction="min"),
            total,
            wrong=[0.0],
            statement="Lowest charge current while one answer of five is lost",
            citation="profile: timeouts",
        )
    judge_floor(bench, start, total)


@requirement(
    "SER-09",
    "When the line is cut the device stops within its declared time, and goes on when it is mended",
    needs=["rs485", "dc", "charge"],
    duration="timeouts.all + recovery.power + 3 * follow_lag + 120",
)
def test_cut_line_is_noticed_and_forgotten(bench: Bench, unit: float) -> None:
    declares = bench.declares
    declared = declares.timeouts.all
    if declared is None or declares.reaction("all") != "stop":
        pytest.skip("not declared: a time after which the device stops")
    charge(bench, unit)
    before = bench.current()
    window = declares.period.nominal + MARGIN
    with ExitStack() as plug, fast_sampling(bench):
        loss = lose(
            bench,
            lambda: plug.enter_context(bench.line.unplugged()),
            (),
            timeout=longest_reaction(bench, declared),
        )
    start = bench.seconds
    bench.judge.fact(
        bench.observe("charge ended after the cut", loss.reaction is not None, loss.start),
        question=Question.SAFETY,
        statement="The charge does not go on for ever without a battery's word",
        citation="acceptance: loss_stop",
    )
    if loss.reaction is not None:
        bench.judge.between(
            loss.reaction,
            declared - window,
            declared + declares.tick + MARGIN,
            statement="Time from the last answer to the end of the charge: not later, and never before",
            citation="profile: timeouts",
        )
        judge_loss_stop(bench, loss.reaction, "Time from the last answer to the end of the charge")
    if declares.recovery.mode == "manual":
        return
    with fast_sampling(bench):
        power = returned(bench, before, start, timeout=2 * declares.recovery.power + 30.0)
    bench.judge.fact(
        bench.observe("charging after the line was mended", power is not None, start),
        statement="The charge goes on after the line was mended",
        citation="profile: recovery",
    )
    if power is not None:
        bench.judge.at_most(
            power,
            declares.recovery.power + window + declares.tick,
            statement="Time from the mended line to 90 % of the current",
            citation="profile: recovery.power",
        )
