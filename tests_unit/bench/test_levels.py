"""What is set in a test, from the ratings of device and rig."""

import pytest

from bmshil.battery import Bank, module
from bmshil.bench import Levels, levels
from bmshil.errors import InputError


def test_sixteen_cells() -> None:
    assert levels(16, 120.0, 120.0, 150.0) == Levels(
        reference=pytest.approx(18.0),
        high_cvl=56.0,
        low_cvl=55.2,
        mean_cvl=55.73,
        open_cvl=57.6,
        dvl=44.8,
    )


def test_fifteen_cells() -> None:
    found = levels(15, 100.0)
    assert (found.high_cvl, found.low_cvl, found.mean_cvl) == (53.2, 52.4, 52.93)
    assert (found.open_cvl, found.dvl) == (54.0, 44.5)


@pytest.mark.parametrize(
    ("ratings", "reference"), [((100.0, 60.0, 150.0), 9.0), ((20.0,), 3.0), ((500.0, float("inf")), 75.0)]
)
def test_the_smallest_rating_counts(ratings: tuple[float, ...], reference: float) -> None:
    assert levels(16, *ratings).reference == pytest.approx(reference)


@pytest.mark.parametrize("cells", [15, 16])
def test_the_largest_limit_leaves_room_to_be_exceeded(cells: int) -> None:
    found = levels(cells, 100.0)
    assert 5 * found.reference * 1.2 <= 90.0 + 1e-9
    assert found.dvl < found.low_cvl < found.mean_cvl < found.high_cvl < found.open_cvl
    assert found.open_cvl / cells <= 3.6
    assert found.dvl / cells >= 2.8


@pytest.mark.parametrize("cells", [0, 8, 14, 17])
def test_other_banks_are_refused_in_one_line(cells: int) -> None:
    expected = f"bank: there are test voltages for 15 and 16 cells in series, not for {cells}"
    with pytest.raises(InputError, match=f"^{expected}$"):
        levels(cells, 100.0)


@pytest.mark.parametrize(
    ("accuracy", "uncertainty", "low", "mean", "fullest"),
    [
        (0.10, 0.02, 55.2, 55.73, 0.985),
        (0.20, 0.06, 55.2, 55.73, 0.985),
        # Half of 0.53 V: 55.2 + 0.265 and 55.73 - 0.265 meet.
        (0.20, 0.065, 54.0, 55.33, 0.98),
        (0.25, 0.02, 54.0, 55.33, 0.98),
        (0.50, 0.10, 54.0, 55.33, 0.98),
    ],
)
def test_coarse_hardware_gets_the_wide_set(
    accuracy: float, uncertainty: float, low: float, mean: float, fullest: float
) -> None:
    found = levels(16, 100.0, blur=accuracy + uncertainty)
    assert (found.high_cvl, found.low_cvl, found.mean_cvl) == (56.0, low, mean)
    assert (found.open_cvl, found.dvl, found.fullest) == (57.6, 44.8, fullest)


def test_there_is_no_wide_set_for_fifteen_cells() -> None:
    assert levels(15, 100.0, blur=1.0) == levels(15, 100.0)


def test_a_bank_at_its_fullest_rests_below_the_lowest_cvl() -> None:
    for blur in (0.12, 0.3):
        found = levels(16, 100.0, blur=blur)
        assert Bank([module("generic-16s")], soc=found.fullest).emf < found.low_cvl - 0.2
