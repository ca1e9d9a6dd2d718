import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.ports.clock_map import ClockMap
from bmshil.timeline import Nanoseconds, to_ns

STEPS = st.lists(
    st.tuples(st.integers(0, 30_000_000_000), st.floats(0.0, 30.0, allow_nan=False)), min_size=1, max_size=60
)


@given(start=st.floats(1e-3, 2e9), steps=STEPS)
def test_mapped_times_are_never_in_the_future_and_never_fall(
    start: float, steps: list[tuple[int, float]]
) -> None:
    clock, now, stamp, before = ClockMap(), 0, start, -(1 << 80)
    for passed, elapsed in steps:
        now += passed
        stamp += elapsed
        mapped = clock.map(stamp, Nanoseconds(now))
        assert before <= mapped <= now
        before = mapped


def test_the_frame_handed_over_fastest_joins_the_clocks() -> None:
    clock = ClockMap()
    assert clock.map(100.0, to_ns(5.003)) == to_ns(5.003)
    assert clock.map(100.1, to_ns(5.101)) == to_ns(5.101)
    assert clock.map(100.2, to_ns(5.250)) == to_ns(5.201)


@pytest.mark.parametrize("stamp", [0.0, -1.0])
def test_an_adapter_without_a_clock_gives_the_time_of_arrival(stamp: float) -> None:
    assert ClockMap().map(stamp, to_ns(3.0)) == to_ns(3.0)


@pytest.mark.parametrize("error", [100e-6, -100e-6])
def test_a_crystal_that_runs_wrong_does_not_carry_the_time_away(error: float) -> None:
    clock = ClockMap()
    for second in range(1, 3601):
        mapped = clock.map(second * (1.0 + error), to_ns(second))
        assert to_ns(second - 0.003) <= mapped <= to_ns(second)


def test_a_clock_that_is_set_back_is_followed_after_a_while() -> None:
    clock = ClockMap()
    for second in range(1, 100):
        stamp = second if second < 50 else second - 20.0
        mapped = clock.map(1000.0 + stamp, to_ns(float(second)))
        if second < 50 or second > 72:
            assert mapped == to_ns(float(second))


@pytest.mark.parametrize("step", [0.5, -0.5])
def test_a_clock_that_jumps_is_told_once_and_joined_anew(step: float) -> None:
    told: list[float] = []
    clock = ClockMap(told.append)
    for slot in range(100):
        at = 1.0 + 0.1 * slot
        mapped = clock.map(at + (step if slot >= 50 else 0.0), to_ns(at))
    assert told == [pytest.approx(step)]
    assert mapped == to_ns(at)


def test_frames_that_are_handed_over_late_are_no_jump() -> None:
    told: list[float] = []
    clock = ClockMap(told.append)
    for slot in range(200):
        late = 0.4 if 50 <= slot < 55 else 0.0
        clock.map(1.0 + 0.1 * slot, to_ns(1.0 + 0.1 * slot + late))
    assert told == []
