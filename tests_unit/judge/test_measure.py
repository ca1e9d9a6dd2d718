"""From a journal's samples to one value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import Inconclusive
from bmshil.journal import Journal
from bmshil.judge import Measurement, measure
from bmshil.judge.measurement import REDUCTIONS, smooth
from bmshil.timeline import SimulatedTimeline


def journal_of(*values: float, unit: str = "A", period: float = 1.0) -> Journal:
    """Samples at 0, 1, 2, ... periods."""
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    channel = journal.channel("dc.current", unit)
    for value in values:
        journal.sample(channel, value)
        timeline.run(period)
    return journal


def test_a_measurement_carries_its_recipe() -> None:
    journal = journal_of(1.0, 2.0, 6.0)
    assert measure(journal, "dc.current", 0.0, 2.0, "mean", uncertainty=0.2) == Measurement(
        channel="dc.current",
        start=0.0,
        end=2.0,
        reduction="mean",
        value=3.0,
        unit="A",
        uncertainty=0.2,
        parameter=None,
    )


@pytest.mark.parametrize(("reduction", "value"), [("mean", -2.0), ("max", 3.0), ("min", -9.0), ("peak", 9.0)])
def test_a_window_becomes_one_value(reduction: str, value: float) -> None:
    journal = journal_of(3.0, -9.0, 2.0, -4.0)
    assert measure(journal, "dc.current", 0.0, 3.0, reduction).value == value


@pytest.mark.parametrize(
    ("start", "end", "value"),
    [(0.0, 3.0, 4.0), (1.0, 2.0, 3.0), (0.5, 1.5, 2.0), (3.0, 99.0, 8.0), (-5.0, 0.0, 2.0)],
)
def test_the_window_includes_both_ends_and_nothing_else(start: float, end: float, value: float) -> None:
    assert measure(journal_of(2.0, 2.0, 4.0, 8.0), "dc.current", start, end, "mean").value == value


def test_a_fall_is_timed_from_the_start_of_the_window() -> None:
    journal = journal_of(50.0, 50.0, 50.0, 20.0, 4.0, 3.0, 3.0)
    measured = measure(journal, "dc.current", 1.0, 6.0, "fall", parameter=5.0)
    assert (measured.value, measured.unit, measured.parameter) == (3.0, "s", 5.0)


def test_a_rise_is_timed_from_the_start_of_the_window() -> None:
    journal = journal_of(0.0, 0.0, 10.0, 40.0, 50.0)
    measured = measure(journal, "dc.current", 0.0, 4.0, "rise", parameter=40.0)
    assert (measured.value, measured.unit) == (3.0, "s")


def test_crossings_look_at_the_amount_whatever_the_sign() -> None:
    discharge = journal_of(-50.0, -50.0, -4.0)
    assert measure(discharge, "dc.current", 0.0, 2.0, "fall", parameter=5.0).value == 2.0
    assert measure(discharge, "dc.current", 0.0, 2.0, "rise", parameter=45.0).value == 0.0


def test_a_single_sample_is_no_crossing() -> None:
    noisy = journal_of(*[50.0] * 10, 0.0, *[50.0] * 10, *[0.0] * 10, period=0.1)
    fall = measure(noisy, "dc.current", 0.0, 3.0, "fall", parameter=5.0)
    assert fall.value == pytest.approx(2.1)


def test_without_a_sample_nothing_was_measured() -> None:
    journal = journal_of(1.0, 2.0)
    with pytest.raises(Inconclusive, match=r"dc\.current was not sampled from 5\.000 s to 6\.000 s"):
        measure(journal, "dc.current", 5.0, 6.0, "mean")
    with pytest.raises(Inconclusive, match=r"dc\.voltage was not sampled"):
        measure(journal, "dc.voltage", 0.0, 1.0, "mean")
    with pytest.raises(Inconclusive, match="was not sampled"):
        measure(journal, "dc.current", 1.0, 0.0, "mean")


@pytest.mark.parametrize(("reduction", "threshold"), [("fall", 0.5), ("rise", 9.0)])
def test_without_a_crossing_nothing_was_measured(reduction: str, threshold: float) -> None:
    with pytest.raises(Inconclusive, match=r"was never reached in a window of 2\.0 s"):
        measure(journal_of(1.0, 2.0, 3.0), "dc.current", 0.0, 2.0, reduction, parameter=threshold)


def test_every_reduction_is_proved_here() -> None:
    assert sorted(REDUCTIONS) == ["fall", "max", "mean", "min", "peak", "rise"]


amps = st.lists(st.floats(-200, 200), min_size=1, max_size=30)


@given(values=amps)
def test_reductions_keep_their_order(values: list[float]) -> None:
    journal = journal_of(*values)
    low, mean, high, peak = (
        float(measure(journal, "dc.current", 0.0, 60.0, name).value)
        for name in ("min", "mean", "max", "peak")
    )
    assert low - 1e-9 <= mean <= high + 1e-9
    assert peak == max(abs(low), abs(high))


@given(values=amps)
def test_smoothing_stays_within_the_samples(values: list[float]) -> None:
    times = np.arange(len(values)) * 0.1
    smoothed = smooth(times, np.asarray(values))
    assert smoothed.shape == times.shape
    assert min(values) - 1e-9 <= smoothed.min() <= smoothed.max() <= max(values) + 1e-9
