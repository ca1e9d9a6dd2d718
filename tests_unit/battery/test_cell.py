"""The voltage curve of a cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import open_circuit_voltage
from bmshil.battery.cell import segment


@pytest.mark.parametrize(
    ("percent", "volts"),
    [
        (0, 2.833), (5, 3.132), (10, 3.177), (15, 3.190), (20, 3.213), (25, 3.226), (30, 3.240), (35, 3.252),
        (40, 3.262), (45, 3.264), (50, 3.265), (55, 3.268), (60, 3.271), (65, 3.275), (70, 3.283),
        (75, 3.296), (80, 3.304), (85, 3.308), (90, 3.309), (95, 3.314),
    ],
)  # fmt: skip
def test_the_table_of_libresolar_is_met_up_to_95_percent(percent: int, volts: float) -> None:
    assert open_circuit_voltage(percent / 100) == pytest.approx(volts, abs=1e-9)


@pytest.mark.parametrize(("percent", "volts"), [(98, 3.3608), (99, 3.45), (100, 3.65)])
def test_the_knee_rises_to_3_65_volts(percent: int, volts: float) -> None:
    assert open_circuit_voltage(percent / 100) == pytest.approx(volts, abs=1e-9)


@pytest.mark.parametrize(
    ("percent", "volts"), [(1, 2.90), (9.6, 3.17), (48.5, 3.269), (82.9, 3.306), (95.7, 3.32)]
)
def test_a_second_public_table_agrees_within_11_millivolts(percent: float, volts: float) -> None:
    assert open_circuit_voltage(percent / 100) == pytest.approx(volts, abs=0.011)


@pytest.mark.parametrize(("soc", "volts"), [(1.01, 3.95), (1.1, 6.65), (-0.01, 2.633), (-0.1, 0.833)])
def test_overcharge_and_deep_discharge_are_steep(soc: float, volts: float) -> None:
    assert open_circuit_voltage(soc) == pytest.approx(volts, abs=1e-9)


@given(st.floats(-0.2, 1.2), st.floats(1e-6, 0.5))
def test_more_charge_is_always_more_voltage(soc: float, more: float) -> None:
    assert open_circuit_voltage(soc + more) > open_circuit_voltage(soc)


@given(st.floats(-0.2, 1.2))
def test_the_curve_has_no_jumps(soc: float) -> None:
    # The steepest piece is 30 V per unit of SOC.
    assert open_circuit_voltage(soc + 1e-9) - open_circuit_voltage(soc) < 31e-9


@given(st.floats(-0.2, 1.2))
def test_a_piece_says_where_it_holds(soc: float) -> None:
    piece = segment(soc)
    assert piece.low - 1e-12 <= soc <= piece.high + 1e-12
    assert piece.slope > 0
