"""Highest and lowest cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import Bank, CellSpread, module
from bmshil.errors import BankError


def test_a_healthy_pack_spreads_over_ten_millivolts() -> None:
    pack = Bank([module("generic-16s")], soc=0.5)[1]
    assert pack.cell_max == pytest.approx(3.270, abs=1e-9)
    assert pack.cell_min == pytest.approx(3.260, abs=1e-9)


def test_a_drifted_pack_shows_in_the_knee_and_not_on_the_plateau() -> None:
    spread = CellSpread(voltage=0.0, soc=0.01)
    plateau = Bank([module("generic-16s")], soc=0.5, spread=spread)[1]
    knee = Bank([module("generic-16s")], soc=0.99, spread=spread)[1]
    assert plateau.cell_max - plateau.cell_min < 0.002
    assert knee.cell_max == pytest.approx(3.65, abs=1e-9)
    assert knee.cell_min == pytest.approx(3.3608, abs=1e-9)


def test_the_spread_of_one_pack_can_be_changed() -> None:
    bank = Bank([module("us5000"), module("us5000")], soc=0.5)
    bank[2].spread = CellSpread(voltage=0.080)
    assert bank[1].cell_max == pytest.approx(3.270, abs=1e-9)
    assert bank[2].cell_max == pytest.approx(3.345, abs=1e-9)
    assert bank[2].cell_min == pytest.approx(3.185, abs=1e-9)


def test_charging_lifts_the_cells_by_their_part_of_the_resistance() -> None:
    bank = Bank([module("generic-16s")], soc=0.5, spread=CellSpread(voltage=0.0))
    bank.step(80.0, 0.0)
    # 80 A through 20 mOhm are 1.6 V, 0.1 V for each of 16 cells.
    assert bank[1].cell_max == pytest.approx(3.365, abs=1e-9)


@pytest.mark.parametrize("values", [(-0.001, 0.0), (0.0, -0.01), (float("nan"), 0.0)])
def test_a_negative_spread_is_refused(values: tuple[float, float]) -> None:
    with pytest.raises(BankError, match="give values of at least 0"):
        CellSpread(*values)


@given(st.floats(-0.1, 1.1), st.floats(0.0, 0.2), st.floats(0.0, 0.05), st.floats(-100.0, 100.0))
def test_the_mean_cell_lies_between_the_extremes(
    soc: float, volts: float, drift: float, amperes: float
) -> None:
    bank = Bank([module("us3000c")], soc=soc, spread=CellSpread(volts, drift))
    bank.step(amperes, 0.1)
    pack = bank[1]
    assert pack.cell_min - 1e-12 <= pack.voltage / 15 <= pack.cell_max + 1e-12
