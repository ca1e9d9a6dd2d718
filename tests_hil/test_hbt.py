"""HBT: the device notices that the battery has fallen silent, and comes back."""

import pytest

from bmshil.bench import MARGIN, Bench, fast_sampling, lose, returned
from bmshil.judge import Question
from pytest_bmshil import requirement


def judge_reaction(bench: Bench, unit: float, ids: tuple[int, ...], declared: float | None) -> None:
    """Take messages away while the device charges, and judge when the charge ends."""
    if declared is None:
        pytest.skip("not declared: the profile states no time-out for this message")
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    window = bench.declares.period.nominal + MARGIN
    with fast_sampling(bench):
        loss = lose(
            bench,
            lambda: bench.bank.silence(*ids),
            bench.bus.identifiers(*ids),
            timeout=max(declared, bench.acceptance.loss_stop) + 2 * window,
        )
    stopped = bench.observe("charge ended after the loss", loss.reaction is not None, loss.start)
    lost = " and ".join(f"0x{one:03X}" for one in ids) or "everything"
    bench.judge.fact(
        stopped,
        statement=f"The charge ends after {lost} has fallen silent",
        citation="profile: timeouts",
    )
    bench.judge.fact(
        stopped,
        question=Question.SAFETY,
        statement="The charge does not go on for ever without a battery's word",
    )
    if loss.reaction is None:
        return
    bench.judge.between(
        loss.reaction,
        declared - window,
        declared + bench.declares.tick + MARGIN,
        statement="Time from the last frame to the end of the charge: not later, and never before",
        citation="profile: timeouts",
    )
    bench.judge.at_most(
        loss.reaction,
        bench.acceptance.loss_stop,
        question=Question.SAFETY,
        statement="Time from the last frame to the end of the charge",
        citation="acceptance: loss_stop",
    )


@requirement(
    "HBT-01",
    "When all frames are lost, the device stops within its declared time",
    needs=["dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 60",
    scenarios=["S01", "S03"],
)
def test_all_frames_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, (), bench.declares.timeouts.all)


@requirement(
    "HBT-02",
    "When only 0x351 is lost, the limits are stale: the device stops within its declared time",
    needs=["dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 60",
    scenarios=["S04", "S08"],
)
def test_only_limits_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, (0x351,), bench.declares.timeouts.limits)


@requirement(
    "HBT-03",
    "When only 0x355 is lost, the device stops within its declared time",
    needs=["dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 60",
    scenarios=["S05"],
)
def test_only_state_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, (0x355,), bench.declares.timeouts.state)


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
    silent = bench.declares.timeouts.all or bench.acceptance.loss_stop
    bench.bank.limit(ccl=unit)
    bench.charge(limit=unit)
    bench.settle_generously()
    before = bench.current()
    silence = bench.bank.silence()
    bench.run(silent + 10.0)
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
