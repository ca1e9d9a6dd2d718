"""HBT-05: a device that goes on by voltage does so too when only a part of what it goes by is lost."""

from collections.abc import Callable
from typing import Literal

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.cautious import judge_cautious
from bmshil.bench.reactions.unmoved import play
from bmshil.inverter import Reaction
from pytest_bmshil import requirement

Lost = Literal["all", "limits", "state"]


def judge_fallback(bench: Bench, unit: float, lost: Lost, lose: Callable[[], object], what: str) -> None:
    """Let the device lose something while it charges far beyond its fallback; judge what it goes on with."""
    declares, fallback = bench.declares, bench.declares.fallback
    declared = getattr(declares.timeouts, lost)
    if declares.reaction(lost) != Reaction.VOLTAGE_SOC or fallback is None:
        pytest.skip("not declared: a device that goes on by voltage")
    bench.bank.limit(ccl=unit, dcl=unit)
    bench.charge(limit=len(bench.bank) * unit)
    bench.settle_generously()
    lose()
    longest = bench.acceptance.loss_stop
    bench.run(min(declared or longest, longest) + bench.following)
    start = bench.seconds
    bench.run(bench.acceptance.zero_hold)
    if declared is not None:
        bench.judge.at_most(
            bench.measure("dc.current", start, reduction="peak"),
            fallback.charge_current,
            tolerance=declares.accuracy.current,
            statement=f"The charge keeps to the declared fallback when {what}",
            citation="profile: fallback, timeouts",
        )
    judge_cautious(bench, start)


@requirement(
    "HBT-05",
    "A device that goes on by voltage without its batteries keeps to cautious values of its own; its SOC "
    "is an estimate then",
    needs=["can", "dc", "charge", "declares:fallback"],
    duration="timeouts.all + 3 * follow_lag + 150",
    scenarios=["S04", "S05"],
)
@pytest.mark.parametrize("lost", ["limits", "state"])
def test_fallback_when_a_part_is_lost(bench: Bench, unit: float, lost: Literal["limits", "state"]) -> None:
    message = bench.bank.dialect.role(lost)
    judge_fallback(
        bench, unit, lost, lambda: bench.bank.silence(message), f"only the message with the {lost} is lost"
    )


@requirement(
    "HBT-05",
    "A device that goes on by voltage without its batteries keeps to cautious values of its own; its SOC "
    "is an estimate then",
    needs=["can", "dc", "charge", "disturber", "declares:fallback"],
    duration="timeouts.all + 3 * follow_lag + 150",
    disturbs=True,
    scenarios=["S08"],
)
def test_fallback_among_others(bench: Bench, unit: float) -> None:
    judge_fallback(bench, unit, "all", lambda: play(bench, "S08"), "only frames of others go on")


@requirement(
    "HBT-05",
    "A device that goes on by voltage without its batteries keeps to cautious values of its own; its SOC "
    "is an estimate then",
    needs=["can", "dc", "charge", "disturber", "declares:fallback"],
    duration="timeouts.all + 3 * follow_lag + 150",
    disturbs=True,
    scenarios=["S85"],
)
def test_fallback_among_the_other_length(bench: Bench, unit: float) -> None:
    if not any(identifier < 0x800 for identifier, _ in bench.bus.identifiers()):
        pytest.skip("not observable: the bank's identifiers do not exist with 11 bits")
    judge_fallback(bench, unit, "all", lambda: play(bench, "S85"), "its numbers go on in the other length")
