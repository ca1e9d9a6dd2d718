from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import EnvelopeError, InputError
from bmshil.safety import Envelope, EnvelopeWatch

LIMITS = Envelope(voltage=60, current=150, power=7500)
finite = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e6, max_value=1e6)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"voltage": 60.01}, r"60.01 V is outside 0 to 60 V; not sent"),
        ({"voltage": -0.1}, r"-0.1 V is outside 0 to 60 V"),
        ({"voltage": math.nan}, "nan V is outside"),
        ({"current": 151.0}, r"151 A is above 150 A; not sent"),
        ({"current": -151.0}, r"-151 A is above 150 A"),
        ({"current": math.nan}, "nan A"),
        ({"power": 7501.0}, r"7501 W is above 7500 W; not sent"),
        ({"power": math.nan}, "nan W"),
    ],
)
def test_a_command_outside_is_refused_with_value_and_limit(command: dict[str, float], words: str) -> None:
    with pytest.raises(EnvelopeError, match=words):
        LIMITS.check_command(**command)


@pytest.mark.parametrize(
    ("voltage", "current", "words"),
    [
        (60.01, 0.0, r"60.01 V, outside -1 to 60 V"),
        (-1.1, 0.0, r"-1.10 V, outside"),
        (math.nan, 0.0, "nan V"),
        (10.0, 150.1, r"150.1 A, above 150 A"),
        (10.0, -150.1, r"-150.1 A, above 150 A"),
        (10.0, math.nan, "nan A"),
        (56.0, 140.0, r"7840 W, above 7500 W"),
        (56.0, -140.0, r"-7840 W, above 7500 W"),
    ],
)
def test_a_measured_point_outside_is_refused(voltage: float, current: float, words: str) -> None:
    with pytest.raises(EnvelopeError, match=words):
        LIMITS.check_measured(voltage, current)


def test_the_edge_is_inside() -> None:
    LIMITS.check_command(voltage=60, current=-150, power=7500)
    LIMITS.check_command()
    LIMITS.check_measured(50, -150)
    LIMITS.check_measured(-1, 0)


@given(finite, finite)
def test_what_passes_is_inside_every_limit(voltage: float, current: float) -> None:
    try:
        LIMITS.check_measured(voltage, current)
    except EnvelopeError:
        assert voltage > 60 or voltage < -1 or abs(current) > 150 or abs(voltage * current) > 7500
    else:
        assert -1 <= voltage <= 60
        assert abs(current) <= 150
        assert abs(voltage * current) <= 7500


def test_protections_stand_just_above() -> None:
    assert LIMITS.over_voltage == pytest.approx(63)
    assert LIMITS.over_current == pytest.approx(157.5)


@pytest.mark.parametrize("wrong", [0.0, -60.0, math.nan, math.inf])
@pytest.mark.parametrize("name", ["voltage", "current", "power", "dv_dt", "energy", "duration"])
def test_a_limit_is_a_positive_number(name: str, wrong: float) -> None:
    limits: dict[str, Any] = {"voltage": 60, "current": 150, "power": 7500, name: wrong}
    with pytest.raises(InputError, match=f"envelope: {name} must be a positive number"):
        Envelope(**limits)


def watch(**limits: float) -> EnvelopeWatch:
    return EnvelopeWatch(Envelope(voltage=60, current=150, power=7500, **limits))


def test_a_fast_change_of_voltage_is_refused() -> None:
    steady = watch(dv_dt=10)
    for now, voltage in ((0.0, 50.0), (0.1, 50.9), (0.2, 50.0)):
        steady.step(now, voltage, 0.0)
    with pytest.raises(EnvelopeError, match=r"11.0 V/s, beyond 10 V/s"):
        steady.step(0.3, 51.1, 0.0)
    falling = watch(dv_dt=10)
    falling.step(0.0, 52.0, 0.0)
    with pytest.raises(EnvelopeError, match=r"-20.0 V/s"):
        falling.step(0.1, 50.0, 0.0)


def test_energy_adds_up_in_both_directions() -> None:
    counted = watch(energy=2.9)
    counted.step(0.0, 50.0, 100.0)
    counted.step(1.0, 50.0, 100.0)
    assert counted.energy == pytest.approx(1.388889)
    counted.step(2.0, 50.0, -100.0)
    assert counted.energy == pytest.approx(2.777778)
    with pytest.raises(EnvelopeError, match=r"moved 4.2 Wh in this test, above 2.9 Wh"):
        counted.step(3.0, 50.0, 100.0)


def test_a_test_that_takes_too_long_is_refused_and_a_new_one_begins_afresh() -> None:
    timed = watch(duration=60, dv_dt=1)
    timed.step(1000.0, 50.0, 0.0)
    timed.step(1060.0, 50.0, 0.0)
    with pytest.raises(EnvelopeError, match="runs for 61 s, above 60 s"):
        timed.step(1061.0, 50.0, 0.0)
    timed.restart()
    timed.step(1062.0, 30.0, 100.0)
    assert timed.energy == 0.0


def test_every_step_is_inside_the_envelope_too() -> None:
    with pytest.raises(EnvelopeError, match=r"60.10 V"):
        watch().step(0.0, 60.1, 0.0)


def test_two_samples_at_one_time_are_no_slope() -> None:
    same = watch(dv_dt=1)
    same.step(1.0, 50.0, 0.0)
    same.step(1.0, 55.0, 0.0)
    assert same.energy == 0.0
