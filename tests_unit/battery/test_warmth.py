"""Temperature and resistance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery.warmth import resistance_factor, temperature_after


@pytest.mark.parametrize(
    ("temperature", "factor"), [(0.0, 2.0), (12.5, 1.41421), (25.0, 1.0), (40.0, 0.8), (55.0, 0.64)]
)
def test_cold_doubles_the_resistance_and_warmth_lowers_it(temperature: float, factor: float) -> None:
    assert resistance_factor(temperature) == pytest.approx(factor, abs=1e-5)


@given(st.floats(-60.0, 119.0), st.floats(0.01, 1.0))
def test_a_warmer_pack_always_has_less_resistance(temperature: float, more: float) -> None:
    assert 0 < resistance_factor(temperature + more) < resistance_factor(temperature)


def test_an_hour_at_300_watts_warms_a_us5000_by_24_kelvin() -> None:
    after = temperature_after(25.0, 25.0, 300.0, 3600.0, heat_capacity=40e3, heat_loss=3.0)
    assert after == pytest.approx(48.662, abs=0.001)


def test_a_warm_pack_has_cooled_to_a_third_after_one_time_constant() -> None:
    after = temperature_after(45.0, 25.0, 0.0, 40e3 / 3.0, heat_capacity=40e3, heat_loss=3.0)
    assert after == pytest.approx(32.358, abs=0.001)
