"""NM1: the bank goes on when one of its packs is lost."""

import pytest

from bmshil.bench import Bench
from bmshil.bench.reactions.able import require_able
from bmshil.bench.reactions.floor import judge_within_limit
from bmshil.bms import Silence
from bmshil.errors import Inconclusive
from pytest_bmshil import requirement

# What three packs of 1 x I_ref may take, and two of them, in units of I_ref, by declared rule.
THREE_AND_TWO = {
    "sum": (3.0, 2.0),
    "minimum": (1.0, 1.0),
    "maximum": (1.0, 1.0),
    "average": (1.0, 1.0),
    "n_minimum": (3.0, 2.0),
}


def three_and_two_packs(bench: Bench, unit: float) -> tuple[float, float]:
    """What three and two packs may take by the declared rule, A; skips where it says nothing of that."""
    rule = bench.declares.aggregation.ccl.value
    if rule not in THREE_AND_TWO:
        pytest.skip(f"not declared: what a device with the rule '{rule}' makes of a lost pack")
    three, two = THREE_AND_TWO[rule]
    return three * unit, two * unit


def charge_three_packs(bench: Bench, unit: float) -> tuple[float, float]:
    """Charge with 1 x I_ref for each of three packs; return what three and two packs may take, A."""
    three, two = three_and_two_packs(bench, unit)
    bench.bank.limit(ccl=unit)
    bench.charge(limit=three)
    bench.settle_generously()
    bench.judge.equals(bench.current(), three, statement="Charge current with all three packs")
    return three, two


def judge_two_packs(bench: Bench, three: float, two: float) -> None:
    """Judge that the device goes on with what is left of the bank."""
    bench.judge.equals(
        bench.current(),
        two,
        wrong=[wrong for wrong in (0.0, 2 / 3 * three, three) if wrong != two],
        statement="Charge current with the two packs that are left",
        citation="profile: aggregation.ccl, module_count; S70",
    )


def judge_floor(bench: Bench, unit: float) -> None:
    """Judge that what is left of the bank is not charged with more than it asks for."""
    judge_within_limit(
        bench,
        bench.current(),
        2 * unit,
        "Charge current against the limits of the two packs that are left",
        citation="acceptance: current_over_limit, loss_stop",
    )


@requirement(
    "NM1-01",
    "A pack that falls silent, but stays on the busbar, no longer counts; a device for a fixed number stops",
    needs=["dc", "charge", "several", "peers", "packs:3"],
    duration="timeouts.pack + 5 * follow_lag + recovery.power + 60",
    scenarios=["S70"],
)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_silent_pack_no_longer_counts(bench: Bench, unit: float, lost: int) -> None:
    three, two = charge_three_packs(bench, unit)
    silent = bench.seconds
    bench.bank[lost].faults.on(Silence())
    # The floor does not wait for a longer time than the lab allows for any loss.
    bench.run(min(bench.pack_timeout, bench.acceptance.loss_stop) + bench.followed_at_the_latest)
    judge_floor(bench, unit)
    bench.run(max(0.0, silent + bench.pack_timeout + bench.following - bench.seconds))
    if bench.declares.module_count == "fixed":
        two = 0.0
    judge_two_packs(bench, three, two)
    if not two:
        require_able(bench, "charge", three)


@requirement(
    "NM1-02",
    "A pack whose contactor opens no longer counts",
    needs=["dc", "charge", "several", "peers", "packs:3"],
    duration="5 * follow_lag + recovery.power + 60",
    scenarios=["S68"],
)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_open_pack_no_longer_counts(bench: Bench, unit: float, lost: int) -> None:
    three, two = charge_three_packs(bench, unit)
    opened = bench.seconds
    bench.bank[lost].disconnect()
    bench.run(bench.followed_at_the_latest)
    judge_floor(bench, unit)
    bench.run(max(0.0, opened + bench.following - bench.seconds))
    if bench.declares.aggregation.ccl.value != "sum":
        # A pack that says 0 A stops a device that takes the minimum, and counts for nothing in a maximum.
        two = {"maximum": two, "average": 2 / 3 * two}.get(bench.declares.aggregation.ccl.value, 0.0)
    judge_two_packs(bench, three, two)
    if not two:
        require_able(bench, "charge", three, bench.bank[lost].connect)


@requirement(
    "NM1-03",
    "A pack that comes back counts again",
    needs=["dc", "charge", "dynamic", "peers", "packs:3"],
    duration="timeouts.pack + recovery.power + 4 * follow_lag + 90",
    scenarios=["S71"],
)
def test_returning_pack_counts_again(bench: Bench, unit: float) -> None:
    three, two = three_and_two_packs(bench, unit)
    if two == three:
        pytest.skip("not observable: by the declared rule the current does not tell that a pack is away")
    charge_three_packs(bench, unit)
    with bench.bank[2].faults.on(Silence()):
        bench.run(bench.pack_timeout + bench.following)
        left = float(bench.current().value)
    if left > (three + two) / 2:
        raise Inconclusive(f"{left:.1f} A flow without a pack: it was never away, and cannot come back")
    bench.run(bench.declares.recovery.communication + bench.following)
    bench.judge.equals(
        bench.current(),
        three,
        wrong=[0.0],
        statement="Charge current after the silent pack has come back",
        citation="profile: recovery.communication",
    )


@requirement(
    "NM1-04",
    "A pack whose limits alone are missing no longer counts; its other messages are no substitute",
    needs=["can", "dc", "charge", "dynamic", "peers", "packs:3"],
    duration="timeouts.limits + 4 * follow_lag + 60",
    scenarios=["S81", "S70"],
)
def test_pack_without_limits_no_longer_counts(bench: Bench, unit: float) -> None:
    declared = bench.declares.timeouts.limits
    if declared is None or bench.bank.dialect.asked_by:
        pytest.skip("not declared: that it watches the limits of each pack")
    three, two = charge_three_packs(bench, unit)
    bench.bank[2].faults.on(Silence(ids=(bench.bank.dialect.role("limits"),)))
    bench.run(declared + bench.declares.period.nominal + bench.following)
    judge_two_packs(bench, three, two)
    judge_floor(bench, unit)
