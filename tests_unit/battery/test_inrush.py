"""Peak, time constant and charge of an inrush follow from V, R and C; expected values are by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import Inrush
from bmshil.errors import InputError


def test_a_bank_of_8_milliohms_behind_4_of_cable_onto_48_millifarads() -> None:
    one = Inrush(53.0, 0.012, 0.048)
    assert one.peak == pytest.approx(4416.7, abs=0.1)
    assert one.time_constant == pytest.approx(576e-6)
    assert one.charge == pytest.approx(2.544)
    assert one.current(576e-6) == pytest.approx(1624.8, abs=0.1)  # 37 %
    assert one.above(300.0) == pytest.approx(1.549e-3, abs=1e-6)  # 0.576 ms x ln(14.72)
    assert one.above(300.0, share=0.4) == pytest.approx(1.021e-3, abs=1e-6)  # 0.576 ms x ln(5.889)


def test_the_articles_200_to_400_a_for_20_to_50_ms_are_more_charge_than_48_mf_take() -> None:
    # 53 V peak at 400 A behind 0.1325 ohm and at 200 A behind 0.265 ohm.
    for amps, ohms, tau in ((400.0, 0.1325, 6.36e-3), (200.0, 0.265, 12.72e-3)):
        one = Inrush(53.0, ohms, 0.048)
        assert one.peak == pytest.approx(amps)
        assert one.time_constant == pytest.approx(tau)
        assert one.charge < 0.020 * 200.0  # 4 C, the least that the article's figures amount to


def test_a_pre_charge_resistor_of_25_ohm_leaves_2_a() -> None:
    one = Inrush(53.0, 25.012, 0.048)
    assert one.peak == pytest.approx(2.119, abs=0.001)
    assert one.time_constant == pytest.approx(1.2006, abs=1e-4)
    assert one.above(300.0) == 0.0


def test_a_device_with_the_higher_voltage_pushes_as_hard() -> None:
    assert Inrush(-53.0, 0.012, 0.048).peak == Inrush(53.0, 0.012, 0.048).peak


@given(
    volts=st.floats(0.1, 100.0),
    ohms=st.floats(1e-3, 50.0),
    farads=st.floats(1e-4, 0.2),
    part=st.floats(0.01, 0.99),
)
def test_the_time_above_a_threshold_is_when_the_current_has_fallen_to_it(
    volts: float, ohms: float, farads: float, part: float
) -> None:
    one = Inrush(volts, ohms, farads)
    assert one.current(one.above(part * one.peak)) == pytest.approx(part * one.peak)
    # What has flowed until then and what is still to come add up to the charge of the capacitor.
    assert one.charge == pytest.approx(one.peak * one.time_constant)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((math.nan, 0.01, 0.048), "a difference of nan V"),
        ((53.0, 0.0, 0.048), "a resistance of 0.0 ohm"),
        ((53.0, math.inf, 0.048), "a resistance of inf ohm"),
        ((53.0, 0.01, -1.0), "a capacitance of -1.0 F"),
    ],
)
def test_what_physics_cannot_solve_is_refused(values: tuple[float, float, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Inrush(*values)
