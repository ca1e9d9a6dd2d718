"""Seconds and nanoseconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.timeline import Nanoseconds, to_ns, to_seconds


@pytest.mark.parametrize(
    ("seconds", "nanoseconds"),
    [(0.0, 0), (1.0, 1_000_000_000), (0.1, 100_000_000), (1e-9, 1), (1.6e-9, 2), (-0.5, -500_000_000)],
)
def test_seconds_become_whole_nanoseconds(seconds: float, nanoseconds: int) -> None:
    assert to_ns(seconds) == nanoseconds
    assert isinstance(to_ns(seconds), int)


@given(st.integers(min_value=0, max_value=100 * 86_400 * 10**9))
def test_a_hundred_days_go_both_ways_to_the_microsecond(nanoseconds: int) -> None:
    assert abs(to_ns(to_seconds(Nanoseconds(nanoseconds))) - nanoseconds) < 1_000
