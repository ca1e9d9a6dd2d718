import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bmshil.report.decimate import decimate


def test_a_short_series_stays_as_it_is() -> None:
    times, values = np.array([0.0, 1.0, 2.0]), np.array([5.0, 4.0, 6.0])
    kept = decimate(times, values, 3)
    assert kept[0].tolist() == [0.0, 1.0, 2.0]
    assert kept[1].tolist() == [5.0, 4.0, 6.0]


def test_a_single_spike_survives() -> None:
    values = np.zeros(100_000)
    values[54_321] = 9.0
    times, kept = decimate(np.arange(100_000) * 0.1, values)
    assert len(kept) <= 1500
    assert times[kept == 9.0].tolist() == [5432.1]


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300),
    st.integers(min_value=4, max_value=50),
)
def test_peaks_and_ends_stay_and_time_still_rises(values: list[float], points: int) -> None:
    times, kept = decimate(np.arange(len(values), dtype=float), np.array(values), points)
    assert len(kept) <= points
    assert (kept.min(), kept.max()) == (min(values), max(values))
    assert (times[0], times[-1]) == (0.0, len(values) - 1)
    assert np.all(np.diff(times) > 0)
    assert [values[int(index)] for index in times] == kept.tolist()
