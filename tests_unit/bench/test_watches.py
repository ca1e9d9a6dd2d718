"""When a charge is in constant voltage, and when it is merely over."""

from collections.abc import Callable
from random import Random

import pytest

from bmshil.bench.terminals.watches import ChargeWatch
from bmshil.timeline import SimulatedTimeline

Course = Callable[[float], tuple[float, float]]
"""Voltage in V and current in A at a time in s."""


def watch(course: Course, seconds: float, *, noise: float = 0.0, period: float = 0.1) -> ChargeWatch:
    """Let a charge take its course, sampled as the control loop samples."""
    timeline, random = SimulatedTimeline(), Random(1)
    seen = ChargeWatch(timeline, idle_current=2.0, resistance=0.008)
    for _ in range(round(seconds / period)):
        timeline.run(period)
        voltage, current = course(timeline.seconds)
        seen.take(voltage + random.gauss(0.0, noise), current + random.gauss(0.0, 10 * noise))
        if seen.over:
            break
    return seen


def verdict(seen: ChargeWatch) -> str:
    return "cv" if seen.in_cv else "idle" if seen.idle else "neither"


@pytest.mark.parametrize("noise", [0.0, 0.005])
@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (lambda t: (55.2, 40.0 * 0.5 ** (t / 60)), "cv"),  # the current halves every minute
        (lambda t: (55.2, 40.0 * 0.5 ** (t / 20)), "cv"),
        (lambda t: (55.2 + 0.02 * 0.5 ** (t / 5), 40.0 - 0.5 * t), "cv"),  # a small overshoot
        (lambda _: (53.3, 40.0), "neither"),  # the plateau of lithium iron phosphate
        (lambda t: (53.3 + 0.0005 * t, 40.0), "neither"),  # the plateau rises a little
        (lambda t: (52.0 + 0.05 * t, 40.0), "neither"),  # constant current on the way up
        (lambda t: (53.0 + 0.02 * 40 * (1 - t / 60), 40.0 * (1 - t / 60)), "neither"),  # ramp over 20 mohm
        (lambda t: (53.0 + 0.008 * 40 * (1 - t / 60), 40.0 * (1 - t / 60)), "neither"),  # ramp over 8 mohm
        (lambda t: (53.0 + 0.01 * t, 0.7 * t), "neither"),  # ramp up
        (lambda _: (55.2, 0.0), "idle"),
        (lambda _: (55.2, 1.5), "idle"),  # a trickle below the idle current
        (lambda t: (55.2, 40.0 if t < 10 else 0.0), "idle"),  # the device stops at once
        (lambda t: (55.2, -40.0 * 0.5 ** (t / 60)), "neither"),  # a discharge is no charge
    ],
    ids=[
        "slow",
        "fast",
        "overshoot",
        "plateau",
        "rising plateau",
        "constant current",
        "ramp",
        "ramp over a stiff bank",
        "ramp up",
        "nothing",
        "trickle",
        "stops",
        "discharge",
    ],
)
def test_constant_voltage_is_told_from_all_that_looks_like_it(
    course: Course, expected: str, noise: float
) -> None:
    assert verdict(watch(course, 50.0, noise=noise)) == expected


def test_idle_counts_after_thirty_seconds() -> None:
    assert verdict(watch(lambda _: (55.2, 0.5), 29.0)) == "neither"
    assert verdict(watch(lambda _: (55.2, 0.5), 31.0)) == "idle"


def test_a_current_that_comes_back_is_not_idle() -> None:
    assert verdict(watch(lambda t: (53.3, 40.0 if t % 25 < 1 else 0.0), 120.0)) == "neither"


def test_constant_voltage_has_to_hold_before_it_counts() -> None:
    course = lambda t: (55.2, 40.0 * 0.5 ** (t / 10))  # noqa: E731 - a course like the others
    assert verdict(watch(course, 5.0)) == "neither"
    assert verdict(watch(course, 7.0)) == "cv"


def test_constant_voltage_that_was_seen_stays_seen() -> None:
    seen = watch(lambda t: (55.2, 40.0 * 0.5 ** (t / 10)), 20.0)
    assert verdict(seen) == "cv"
    seen.take(57.0, 40.0)
    assert verdict(seen) == "cv"


@pytest.mark.parametrize("period", [0.05, 0.1, 1.0])
def test_any_control_period_will_do(period: float) -> None:
    assert verdict(watch(lambda t: (55.2, 40.0 * 0.5 ** (t / 20)), 30.0, period=period)) == "cv"
    assert verdict(watch(lambda _: (53.3, 40.0), 30.0, period=period)) == "neither"
