"""The histogram of lateness against literal quantiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.timeline import Lateness

MICROSECOND = 1_000
MILLISECOND = 1_000_000


def test_nothing_recorded_gives_zeros() -> None:
    assert Lateness().figures() == {
        "count": 0,
        "p50_ms": 0.0,
        "p99_ms": 0.0,
        "p99.9_ms": 0.0,
        "max_ms": 0.0,
    }


def test_quantiles_of_a_known_thousand() -> None:
    lateness = Lateness()
    for _ in range(989):
        lateness.add(40 * MICROSECOND + 1)
    for _ in range(10):
        lateness.add(2 * MILLISECOND + 1)
    lateness.add(30 * MILLISECOND + 1)
    assert lateness.figures() == {
        "count": 1000,
        "p50_ms": 0.041,
        "p99_ms": 2.001,
        "p99.9_ms": 2.001,
        "max_ms": 30.0,
    }
    assert lateness.max == pytest.approx(0.030_000_001)


def test_early_counts_as_on_time() -> None:
    lateness = Lateness()
    lateness.add(-5 * MILLISECOND)
    assert (lateness.count, lateness.max, lateness.quantile(1.0)) == (1, 0.0, 0.0)


def test_a_stall_longer_than_the_histogram_is_still_the_maximum() -> None:
    lateness = Lateness()
    lateness.add(3_600 * 1_000 * MILLISECOND)
    assert lateness.max == 3_600.0
    assert lateness.quantile(0.5) == pytest.approx(60.0)


@given(
    st.lists(st.integers(min_value=0, max_value=9_999_000), min_size=1, max_size=200),
    st.floats(min_value=0, max_value=1),
)
def test_a_quantile_covers_its_share_and_errs_by_a_microsecond_at_most(late: list[int], share: float) -> None:
    lateness = Lateness()
    for one in late:
        lateness.add(one)
    quantile = lateness.quantile(share) * 1e9
    assert sum(one <= quantile + 1e-3 for one in late) >= share * len(late) - 1e-9
    assert min(abs(quantile - one) for one in late) <= MICROSECOND + 1e-3
