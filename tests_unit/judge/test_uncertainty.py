"""How well a value is known, by literal samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.journal import Journal
from bmshil.judge import expanded
from bmshil.judge.uncertainty import combined, extreme, scatter
from bmshil.timeline import SimulatedTimeline


def journal_of(*values: float, period: float = 1.0) -> Journal:
    timeline = SimulatedTimeline()
    journal = Journal(timeline)
    channel = journal.channel("dc.current", "A")
    for value in values:
        journal.sample(channel, value)
        timeline.run(period)
    return journal


# Neighbours are 0.01 A apart: 1.4826 x 0.01 / 1.4142 = 0.010484 A.
NOISY = [10.0, 10.01] * 50


def test_scatter_is_drawn_from_neighbours() -> None:
    assert scatter(np.asarray(NOISY)) == pytest.approx(0.010484, abs=1e-6)
    assert scatter(np.asarray([10.0])) == 0.0


def test_neither_a_step_nor_a_standstill_is_noise() -> None:
    assert scatter(np.asarray([10.0] * 20 + [50.0] * 20)) == 0.0
    assert scatter(np.asarray(NOISY + [one + 40.0 for one in NOISY])) == pytest.approx(0.010484, abs=1e-6)


def test_a_mean_of_many_samples_is_known_as_well_as_the_instrument() -> None:
    journal = journal_of(*NOISY)
    # 2 x 0.010484 / sqrt(100) = 0.0020968 A beside the instrument's 0.2 A
    assert expanded(journal, "dc.current", 0.0, 99.0, "mean", instrument=0.2) == pytest.approx(
        0.200011, abs=1e-6
    )


@pytest.mark.parametrize("reduction", ["max", "min", "peak"])
def test_an_extreme_of_many_samples_is_known_less_well(reduction: str) -> None:
    journal = journal_of(*NOISY)
    # sqrt(2 ln 100) = 3.0349 deviations: 0.031817 A beside the instrument's 0.2 A
    assert expanded(journal, "dc.current", 0.0, 99.0, reduction, instrument=0.2) == pytest.approx(
        0.202515, abs=1e-6
    )


def test_what_moves_by_more_than_the_instrument_may_scatter_is_the_current_itself() -> None:
    journal = journal_of(*[10.0, 50.0] * 50)
    # 0.2 A beside 3.0349 x 0.2 A
    assert expanded(journal, "dc.current", 0.0, 99.0, "max", instrument=0.2) == pytest.approx(
        0.639073, abs=1e-6
    )


def test_a_crossing_is_known_to_the_distance_of_two_samples() -> None:
    journal = journal_of(*NOISY, period=0.25)
    assert expanded(journal, "dc.current", 0.0, 20.0, "fall", instrument=0.1) == pytest.approx(
        0.269258, abs=1e-6
    )


def test_one_sample_is_known_as_the_instrument() -> None:
    assert expanded(journal_of(1.0), "dc.current", 0.0, 1.0, "max", instrument=0.2) == 0.2


@given(st.floats(0, 1e3), st.floats(0, 1e3))
def test_nothing_is_known_better_together(first: float, second: float) -> None:
    assert max(first, second) <= combined(first, second) <= first + second + 1e-9


@given(st.integers(2, 10**6))
def test_more_samples_reach_further_out(count: int) -> None:
    assert 2.0 <= extreme(count) <= extreme(count + 1)
