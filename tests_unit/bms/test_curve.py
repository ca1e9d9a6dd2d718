import pytest

from bmshil.bms.curve import (
    CHARGE_BY_CELL,
    CHARGE_BY_TEMPERATURE,
    DISCHARGE_BY_CELL,
    DISCHARGE_BY_TEMPERATURE,
    Curve,
)
from bmshil.errors import InputError


@pytest.mark.parametrize(
    ("volts", "fraction"),
    [(3.30, 1.0), (3.45, 1.0), (3.495, 0.54), (3.54, 0.08), (3.56, 0.04), (3.58, 0.0), (3.8, 0.0)],
)
def test_charging_tapers_with_the_highest_cell(volts: float, fraction: float) -> None:
    assert CHARGE_BY_CELL(volts) == pytest.approx(fraction, abs=1e-9)


@pytest.mark.parametrize(
    ("volts", "fraction"), [(2.5, 0.0), (2.90, 0.0), (3.0, 0.5), (3.10, 1.0), (3.3, 1.0)]
)
def test_discharging_tapers_with_the_lowest_cell(volts: float, fraction: float) -> None:
    assert DISCHARGE_BY_CELL(volts) == pytest.approx(fraction, abs=1e-9)


@pytest.mark.parametrize(
    ("degrees", "charge", "discharge"),
    [(-20, 0.0, 0.0), (-5, 0.0, 0.125), (0, 0.0, 0.25), (2, 0.25, 0.35), (5, 0.5, 0.5), (10, 1.0, 1.0),
     (25, 1.0, 1.0), (40, 1.0, 1.0), (45, 0.5, 0.5), (50, 0.25, 0.25), (55, 0.0, 0.0), (70, 0.0, 0.0)],
)  # fmt: skip
def test_both_taper_with_temperature(degrees: float, charge: float, discharge: float) -> None:
    assert CHARGE_BY_TEMPERATURE(degrees) == pytest.approx(charge, abs=1e-9)
    assert DISCHARGE_BY_TEMPERATURE(degrees) == pytest.approx(discharge, abs=1e-9)


@pytest.mark.parametrize(
    "points", [((1.0, 1.0),), ((1.0, 0.0), (1.0, 1.0)), ((2.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (2.0, 1.5))]
)
def test_a_curve_that_makes_no_sense_is_refused(points: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(InputError, match="a taper"):
        Curve(points)
