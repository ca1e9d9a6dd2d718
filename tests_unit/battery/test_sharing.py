"""Kirchhoff on arrays."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import current_shares
from bmshil.errors import BankError

_PACKS = st.lists(
    st.tuples(st.floats(0.001, 0.2), st.floats(40.0, 60.0), st.booleans()), min_size=1, max_size=12
)
_AMPERES = st.floats(-1000.0, 1000.0)


def test_three_unequal_packs_share_300_amperes() -> None:
    shares = current_shares(np.array([0.025, 0.028, 0.024]), np.array([52.0, 52.0, 52.0]), 300.0)
    assert shares.round(1).tolist() == [102.2, 91.3, 106.5]


def test_a_pack_with_an_open_contactor_carries_exactly_zero() -> None:
    shares = current_shares(
        np.array([0.02, 0.02, 0.02]),
        np.array([52.0, 40.0, 52.0]),
        100.0,
        connected=np.array([True, False, True]),
    )
    assert shares[1] == 0.0
    assert shares[[0, 2]].tolist() == pytest.approx([50.0, 50.0])


def test_a_fuller_pack_charges_an_emptier_one_at_zero_bank_current() -> None:
    shares = current_shares(np.array([0.020, 0.020]), np.array([52.0, 53.5]), 0.0)
    assert shares.tolist() == pytest.approx([37.5, -37.5])


def test_a_bank_without_connected_packs_carries_no_current() -> None:
    closed = np.array([False, False])
    resistance, emf = np.array([0.02, 0.02]), np.array([52.0, 52.0])
    assert current_shares(resistance, emf, 0.0, connected=closed).tolist() == [0.0, 0.0]
    with pytest.raises(BankError, match=r"no pack is connected, yet the bank carries 5.0 A"):
        current_shares(resistance, emf, 5.0, connected=closed)


@pytest.mark.parametrize("bad", [0.0, -0.02, float("nan"), float("inf")])
def test_a_resistance_that_cannot_be_is_refused(bad: float) -> None:
    with pytest.raises(BankError, match="pack 2 has a resistance of"):
        current_shares(np.array([0.02, bad]), np.array([52.0, 52.0]), 10.0)


def test_shapes_must_agree() -> None:
    with pytest.raises(BankError, match=r"resistance \(2,\), emf \(3,\)"):
        current_shares(np.array([0.02, 0.02]), np.array([52.0, 52.0, 52.0]), 10.0)


@given(_PACKS, _AMPERES)
def test_shares_sum_to_the_total(packs: list[tuple[float, float, bool]], total: float) -> None:
    resistance, emf, connected = (np.array(column) for column in zip(*packs, strict=True))
    if not connected.any():
        connected[0] = True
    shares = current_shares(resistance, emf, total, connected=connected)
    assert shares.sum() == pytest.approx(total, abs=1e-7)
    assert not shares[~connected].any()


@given(_PACKS, _AMPERES)
def test_connected_packs_have_one_voltage(packs: list[tuple[float, float, bool]], total: float) -> None:
    resistance, emf, _ = (np.array(column) for column in zip(*packs, strict=True))
    terminals = emf + resistance * current_shares(resistance, emf, total)
    assert np.ptp(terminals) < 1e-9


@given(_PACKS, _AMPERES, st.randoms(use_true_random=False))
def test_the_order_of_the_packs_does_not_matter(
    packs: list[tuple[float, float, bool]], total: float, random: Any
) -> None:
    order = list(range(len(packs)))
    random.shuffle(order)
    resistance, emf, _ = (np.array(column) for column in zip(*packs, strict=True))
    straight = current_shares(resistance, emf, total)
    assert current_shares(resistance[order], emf[order], total) == pytest.approx(straight[order], abs=1e-7)
