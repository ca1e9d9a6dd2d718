"""HBT: the device notices that the battery has fallen silent, and comes back."""

import pytest

from bmshil.bench import MARGIN, Bench, fast_sampling, lose, returned
from bmshil.judge import Question
from pytest_bmshil import requirement

ENDS = ("stop", "defaults")  # declared reactions that end the current; SMA's defaults are CCL 0 and DCL 0


def judge_reaction(bench: Bench, unit: float, lost: str, direction: str = "charge") -> None:
    """Take messages away while current flows, and judge when it ends and whether it stays away."""
    ids, declared = {
        "all": ((), bench.declares.timeouts.all),
        "0x351": ((0x351,), bench.declares.timeouts.limits),
        "0x355": ((0x355,), bench.declares.timeouts.state),
    }[lost]
    bench.bank.limit(ccl=unit, dcl=unit)
    if direction == "charge":
        bench.charge(limit=unit)
    else:
        bench.discharge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    window = bench.declares.period.nominal + MARGIN
    with fast_sampling(bench):
        loss = lose(
            bench,
            lambda: bench.bank.silence(*ids),
            bench.bus.identifiers(*ids),
            timeout=max(declared or 0.0, bench.acceptance.loss_stop) + 2 * window,
        )
    ended = bench.observe(f"{direction} ended after the loss", loss.reaction is not None, loss.start)
    bench.judge.fact(
        ended,
        question=Question.SAFETY,
        statement=f"The {direction} does not go on for ever without a battery's word",
        citation="acceptance: loss_stop",
    )
    ends = declared is not None and bench.declares.reaction(lost) in ENDS
    if declared is None:
        bench.judge.characterise(ended, statement="What the device does, which declares no time-out for this")
    else:
        bench.judge.fact(
            ended,
            ends,
            statement=f"The {direction} ends, or goes on, as the declared reaction says",
            citation="profile: timeouts, on_timeout",
        )
    if loss.reaction is None:
        return
    bench.judge.at_most(
        loss.reaction,
        bench.acceptance.loss_stop,
        question=Question.SAFETY,
        statement=f"Time from the last frame to the end of the {direction}",
        citation="acceptance: loss_stop",
    )
    if declared is not None and ends:
        bench.judge.between(
            loss.reaction,
            declared - window,
            declared + bench.declares.tick + MARGIN,
            statement=f"Time from the last frame to the end of the {direction}: not later, and never before",
            citation="profile: timeouts",
        )
    rating = bench.declares.rating
    bench.judge.at_most(
        bench.current(over=bench.acceptance.zero_hold, reduction="peak"),
        bench.acceptance.zero_current * max(rating.charge_current, rating.discharge_current),
        question=Question.SAFETY,
        statement="The current stays away while the silence goes on",
        citation="acceptance: zero_current, zero_hold",
    )


@requirement(
    "HBT-01",
    "When all frames are lost, the device stops within its declared time, and stays stopped",
    needs=["dc", "charge", "discharge"],
    duration="timeouts.all + 3 * follow_lag + 120",
    scenarios=["S01", "S02", "S03"],
)
@pytest.mark.parametrize("direction", ["charge", "discharge"])
def test_all_frames_lost(bench: Bench, unit: float, direction: str) -> None:
    judge_reaction(bench, unit, "all", direction)


@requirement(
    "HBT-02",
    "When only 0x351 is lost, the limits are stale: the device stops within its declared time",
    needs=["can", "dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 120",
    scenarios=["S04", "S08"],
)
def test_only_limits_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, "0x351")


@requirement(
    "HBT-03",
    "When only 0x355 is lost, the device stops within its declared time",
    needs=["can", "dc", "charge"],
    duration="timeouts.all + 3 * follow_lag + 120",
    scenarios=["S05"],
)
def test_only_state_lost(bench: Bench, unit: float) -> None:
    judge_reaction(bench, unit, "0x355")


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
