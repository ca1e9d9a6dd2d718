"""HBT: the device notices that the battery has fallen silent, and comes back."""

from typing import Literal

import pytest

from bmshil.bench import MARGIN, REMAINS, Bench, fast_sampling, returned
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.cautious import judge_cautious
from bmshil.bench.reactions.floor import judge_limits_bind, judge_loss_stop, judge_no_current
from bmshil.bench.reactions.loss import lose_messages
from bmshil.bench.reactions.speaker_lost import ENDS
from bmshil.errors import Inconclusive
from bmshil.inverter import Reaction
from bmshil.judge import Question
from pytest_bmshil import requirement

Lost = Literal["all", "limits", "state"]

NEARLY_FULL = 0.97
NEARLY_EMPTY = 0.04
"""SOC from which a fallback charge soon reaches the voltage at which the device should end it by itself, and
below which 16 cells rest under 53.8 V."""


def judge_reaction(
    bench: Bench, unit: float, lost: Lost, direction: Literal["charge", "discharge"] = "charge"
) -> None:
    """Take messages away while current flows, and judge when it ends and whether it stays away.

    Without the SOC alone a device may go on as long as the limits are told: then these must bind.
    """
    ids = () if lost == "all" else (bench.bank.dialect.role(lost),)
    declared = getattr(bench.declares.timeouts, lost)
    if bench.declares.reaction(lost) == Reaction.VOLTAGE_SOC:
        pytest.skip("not declared: the device goes on by voltage, with values of its own: see HBT-05")
    bench.bank.limit(ccl=unit, dcl=unit)
    if direction == "charge":
        bench.charge(limit=unit)
    else:
        bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    window = bench.declares.period.nominal + MARGIN
    # Defaults are limits: they are followed as any others are.
    lag = bench.declares.follow_lag if bench.declares.reaction(lost) == Reaction.DEFAULTS else 0.0
    loss = lose_messages(bench, *ids, declared=None if declared is None else declared + lag)
    ends = declared is not None and bench.declares.reaction(lost) in ENDS
    told_on = lost == "state" and bench.bank.dialect.role("limits") not in ids
    ended = bench.observe(f"{direction} ended after the loss", loss.reaction is not None, loss.start)
    if ends or not told_on:
        bench.judge.fact(
            ended,
            question=Question.SAFETY,
            statement=f"The {direction} does not go on for ever without a battery's word",
            citation="acceptance: loss_stop",
        )
    if declared is None:
        bench.judge.characterise(ended, statement="What the device does, which declares no time-out for this")
    else:
        bench.judge.fact(
            ended,
            ends,
            statement=f"The {direction} ends, or goes on, as the declared reaction says",
            citation="profile: timeouts, on_timeout",
        )
    if told_on and not ends:
        judge_limits_bind(bench, unit, loss.start)
        if loss.reaction is not None:
            require_able(bench, direction, float(loss.before.value))
        return
    if loss.reaction is None:
        return
    judge_loss_stop(bench, loss.reaction, f"Time from the last frame to the end of the {direction}")
    if declared is not None and ends:
        bench.judge.between(
            loss.reaction,
            declared - window,
            declared + bench.declares.tick + lag + MARGIN,
            statement=f"Time from the last frame to the end of the {direction}: not later, and never before",
            citation="profile: timeouts",
        )
    judge_no_current(
        bench,
        bench.current(over=bench.acceptance.zero_hold, reduction="peak"),
        "The current stays away while the silence goes on",
        direction="either",
        citation="acceptance: zero_current, zero_hold",
    )
    require_able(bench, direction, float(loss.before.value))


@requirement(
    "HBT-01",
    "When all frames are lost, the device stops within its declared time, and stays stopped",
    needs=["dc", "charge", "discharge"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S01", "S02", "S03"],
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
def test_all_frames_lost(bench: Bench, unit: float, direction: Literal["charge", "discharge"]) -> None:
    judge_reaction(bench, unit, "all", direction)


@requirement(
    "HBT-02",
    "When only the limits (0x351) are lost they are stale: the device stops within its declared time",
    needs=["can", "dc", "charge"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S04", "S08"],
)
def test_only_limits_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, "limits")


@requirement(
    "HBT-03",
    "When only the SOC (0x355) is lost, the device stops within its declared time, or keeps to the limits "
    "that are still told",
    needs=["can", "dc", "charge"],
    duration="timeouts.all + 4 * follow_lag + recovery.power + 150",
    scenarios=["S05"],
)
def test_only_state_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, "state")


@requirement(
    "HBT-04",
    "When the frames come back, the device goes on within its declared time",
    needs=["dc", "charge"],
    duration="timeouts.all + recovery.power + 3 * follow_lag + 60",
    scenarios=["S12"],
)
def test_recovery_after_loss(bench: Bench, unit: float) -> None:
    recovery = bench.declares.recovery
    if recovery.mode == "manual":
        pytest.skip("not declared: the profile says that somebody resets the device by hand")
    if bench.declares.reaction("all") not in ENDS:
        pytest.skip("not declared: a device that ends the charge when its batteries are lost")
    silent = bench.declares.timeouts.all or bench.acceptance.loss_stop
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = bench.current()
    silence = bench.bank.silence()
    bench.run(silent + 10.0)
    left = float(bench.current(over=2.0).value)
    if left > REMAINS * float(before.value):
        raise Inconclusive(f"{left:.1f} A flow in the silence: nothing was away that could come back")
    silence.off()
    start = bench.seconds
    bench.until_accepted(timeout=recovery.communication + 30.0)
    with fast_sampling(bench):
        power = returned(bench, before, start, timeout=2 * recovery.power + 30.0)
    bench.judge.fact(
        bench.observe("charging after the frames came back", power is not None, start),
        statement="The charge goes on after the frames came back",
        citation="profile: recovery",
    )
    if power is not None:
        bench.judge.at_most(
            power,
            recovery.power + bench.declares.period.nominal + bench.declares.tick + MARGIN,
            statement="Time from the first frame to 90 % of the current",
            citation="profile: recovery.power",
        )


@requirement(
    "HBT-05",
    "A device that goes on by voltage without its batteries keeps to cautious values of its own; its SOC "
    "is an estimate then",
    needs=["dc", "charge", "discharge", "readback:soc", "declares:voltage_soc"],
    duration="timeouts.all + recovery.communication + 3 * follow_lag + 150",
    scenarios=["S03"],
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
def test_fallback_on_voltage(bench: Bench, unit: float, direction: Literal["charge", "discharge"]) -> None:
    declares, fallback = bench.declares, bench.declares.fallback
    silent = declares.timeouts.all
    assert fallback is not None
    assert silent is not None
    packs = len(bench.bank)
    bench.bank.limit(ccl=unit, dcl=unit)
    charging = direction == "charge"
    (bench.charge if charging else bench.discharge)(limit=packs * unit)
    bench.settle_generously()
    before = float(bench.current().value)
    silence = bench.bank.silence()
    # The floor does not wait for a longer time than the lab allows for any loss.
    bench.run(min(silent, bench.acceptance.loss_stop) + bench.following)
    start = bench.seconds
    bench.run(bench.acceptance.zero_hold)
    peak = bench.measure("dc.current", start, reduction="peak")
    declared = fallback.charge_current if charging else fallback.discharge_current
    bench.judge.at_most(
        peak,
        declared,
        tolerance=declares.accuracy.current,
        statement=f"The {direction} without a battery's word keeps to the declared fallback",
        citation="profile: fallback",
    )
    judge_cautious(bench, start)
    true = sum(pack.soc * pack.capacity for pack in bench.packs) / sum(pack.capacity for pack in bench.packs)
    shown = bench.ask("soc")
    error = bench.figure("error of the SOC", float(shown.value) - true, "", how="shown less true")
    bench.judge.characterise(
        error, statement="SOC by voltage less the true one: below zero a generator starts too early"
    )
    bench.judge.between(
        error,
        -fallback.soc_error,
        fallback.soc_error,
        statement="The SOC by voltage is as wrong as declared, and not worse",
        citation="profile: fallback.soc_error; field article on master and slave BMS: 15 to 25 %",
    )
    silence.off()
    bench.until_accepted(timeout=declares.recovery.communication + 30.0)
    bench.settle_generously()
    bench.judge.equals(
        bench.ask("soc"),
        true,
        tolerance=0.03,
        statement="The SOC is that of the batteries again once they speak",
        citation="profile: recovery.communication",
    )
    require_able(bench, direction, before)


@requirement(
    "HBT-05",
    "A device that goes on by voltage without its batteries keeps to cautious values of its own; its SOC "
    "is an estimate then",
    needs=["dc", "charge", "discharge", "declares:voltage_soc"],
    duration="timeouts.all + 3 * follow_lag + 720",
    scenarios=["S03"],
)
@pytest.mark.parametrize(("direction", "soc"), [("charge", NEARLY_FULL), ("discharge", NEARLY_EMPTY)])
def test_fallback_on_voltage_ends(bench: Bench, unit: float, direction: str, soc: float) -> None:
    silent = bench.declares.timeouts.all
    assert silent is not None
    # Only near either end does the bank show the voltage at which the device ends by itself.
    bench.prepare(soc=soc)
    each = unit / len(bench.bank)
    bench.bank.limit(ccl=each, dcl=each)
    (bench.charge if direction == "charge" else bench.discharge)(limit=unit)
    bench.settle_generously()
    bench.bank.silence()
    bench.run(min(silent, bench.acceptance.loss_stop) + bench.following)
    start = bench.seconds
    bench.run(600.0)
    judge_cautious(bench, start)
