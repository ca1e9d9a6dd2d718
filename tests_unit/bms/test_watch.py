import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms import Threshold
from bmshil.bms.watch import Watch
from bmshil.errors import InputError


def test_it_comes_on_after_the_delay_and_not_before() -> None:
    watch = Watch(Threshold(3.8, 3.4, delay=2.0))
    assert [watch.update(3.8, now) for now in (0.0, 1.0, 1.9, 2.0)] == [False, False, False, True]


def test_a_value_that_comes_back_starts_the_delay_anew() -> None:
    watch = Watch(Threshold(3.8, 3.4, delay=2.0))
    assert [watch.update(v, t) for t, v in enumerate((3.8, 3.79, 3.8, 3.8, 3.8))] == [False] * 4 + [True]


def test_between_clear_and_trip_it_stays_as_it_is() -> None:
    watch = Watch(Threshold(45.0, 40.0))
    assert [watch.update(v, 0.0) for v in (44.0, 45.0, 41.0, 40.0, 44.0)] == [False, True, True, False, False]


def test_a_trip_below_clear_watches_for_low_values() -> None:
    watch = Watch(Threshold(2.5, 3.1))
    assert [watch.update(v, 0.0) for v in (2.6, 2.5, 3.0, 3.1)] == [False, True, True, False]


def test_it_holds_before_it_goes_off() -> None:
    watch = Watch(Threshold(1.2, 1.0, hold=60.0))
    assert watch.update(1.3, 0.0)
    assert [watch.update(0.0, now) for now in (1.0, 60.0, 61.0)] == [True, True, False]


@given(st.lists(st.floats(2.0, 4.5), max_size=50))
def test_it_is_never_on_at_or_below_clear_nor_off_at_or_above_trip(values: list[float]) -> None:
    watch = Watch(Threshold(3.8, 3.4))
    for now, value in enumerate(values):
        active = watch.update(value, now)
        assert not (active and value <= 3.4)
        assert not (not active and value >= 3.8)


def test_a_threshold_without_hysteresis_is_refused() -> None:
    with pytest.raises(InputError, match="give it a hysteresis"):
        Threshold(3.8, 3.8)
    with pytest.raises(InputError, match="give times >= 0"):
        Threshold(3.8, 3.4, delay=-1.0)
