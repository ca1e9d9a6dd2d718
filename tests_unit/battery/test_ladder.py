"""Packs that hang on cables from pack to pack."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.battery import CONNECTIONS, Ladder, current_shares, ladder_shares
from bmshil.errors import BankError

_PACKS = st.lists(
    st.tuples(st.floats(0.005, 0.2), st.floats(48.0, 56.0), st.booleans()), min_size=1, max_size=16
)


def shares(packs: int, connection: Any, total: float, **options: Any) -> list[float]:
    """Equal packs of 20 mohm on cables of 0.4 mohm."""
    resistance, emf = np.full(packs, 0.020), np.full(packs, 52.0)
    found = ladder_shares(resistance, emf, total, Ladder(connection, 0.0004), **options)
    return [round(one, 2) for one in found.tolist()]


@pytest.mark.parametrize(
    ("packs", "connection", "total", "expected"),
    [
        (2, "one_end", 100.0, [50.98, 49.02]),  # 20.0 against 20.8 mohm
        (3, "one_end", 300.0, [106.43, 98.68, 94.89]),  # 20 || (0.8 + 20 || 20.8)
        (2, "diagonal", 100.0, [50.0, 50.0]),
        (4, "diagonal", 100.0, [25.49, 24.51, 24.51, 25.49]),  # end : middle is 20.8 : 20
        (3, "both_ends", 300.0, [100.66, 98.68, 100.66]),  # end : middle is 20.4 : 20
        (3, "busbar", 300.0, [100.0, 100.0, 100.0]),
        (1, "both_ends", 50.0, [50.0]),
    ],
)
def test_shares_worked_out_by_hand(packs: int, connection: str, total: float, expected: list[float]) -> None:
    assert shares(packs, connection, total) == expected


def test_cables_of_an_open_pack_still_carry_the_current_of_those_behind_it() -> None:
    # Pack 2 is open: pack 3 is behind two hops, 21.6 mohm against 20.
    middle_open = np.array([True, False, True])
    assert shares(3, "one_end", 100.0, connected=middle_open) == [51.92, 0.0, 48.08]


@pytest.mark.parametrize("direction", [1, -1])
def test_of_five_modules_on_one_end_the_first_carries_42_percent_more_than_the_last(direction: int) -> None:
    # From the far end, in units of its current: 1, 1.04, 1.1216, 1.2481 and 1.4245; together 5.8341.
    found = shares(5, "one_end", direction * 370.0)
    assert [direction * one for one in found] == [90.34, 79.15, 71.13, 65.96, 63.42]


@given(_PACKS, st.floats(-1000.0, 1000.0), st.sampled_from(CONNECTIONS), st.floats(0.0, 0.005))
def test_shares_sum_to_the_total(
    packs: list[tuple[float, float, bool]], total: float, connection: Any, hop: float
) -> None:
    resistance, emf, closed = (np.array(column) for column in zip(*packs, strict=True))
    if not closed.any():
        total = 0.0
    found = ladder_shares(resistance, emf, total, Ladder(connection, hop), connected=closed)
    assert found.sum() == pytest.approx(total, abs=1e-6)
    assert (found[~closed] == 0.0).all()


@given(_PACKS, st.floats(-1000.0, 1000.0))
def test_a_busbar_shares_as_packs_in_parallel_do(
    packs: list[tuple[float, float, bool]], total: float
) -> None:
    resistance, emf, _ = (np.array(column) for column in zip(*packs, strict=True))
    found = ladder_shares(resistance, emf, total, Ladder("busbar"))
    assert found == pytest.approx(current_shares(resistance, emf, total), abs=1e-6)


@given(st.integers(1, 16), st.sampled_from(CONNECTIONS), st.floats(0.0, 0.005))
def test_equal_packs_at_both_ends_of_a_symmetric_chain_carry_the_same(
    packs: int, connection: Any, hop: float
) -> None:
    found = ladder_shares(np.full(packs, 0.02), np.full(packs, 52.0), 100.0, Ladder(connection, hop))
    if connection == "one_end":
        assert (np.diff(found) <= 1e-9).all()  # further away is never more
    else:
        assert found == pytest.approx(found[::-1], abs=1e-9)


def test_what_cannot_be_wired_is_refused() -> None:
    with pytest.raises(BankError, match=r"wiring 'star' is unknown; known are busbar, one_end"):
        Ladder("star")  # type: ignore[arg-type]  # what a user may write
    with pytest.raises(BankError, match=r"a cable between packs has -0.1 ohm"):
        Ladder("one_end", -0.1)
    with pytest.raises(BankError, match=r"pack 2 has a resistance of 0.0 ohm"):
        ladder_shares(np.array([0.02, 0.0]), np.array([52.0, 52.0]), 1.0, Ladder())
    with pytest.raises(BankError, match=r"resistance \(1,\), emf \(2,\)"):
        ladder_shares(np.array([0.02]), np.array([52.0, 52.0]), 1.0, Ladder())
    with pytest.raises(BankError, match=r"no pack is connected, yet the bank carries 5.0 A"):
        ladder_shares(np.array([0.02]), np.array([52.0]), 5.0, Ladder(), connected=np.array([False]))
