"""The model of the cable at the points that people report, and the laws that it keeps everywhere.

Sources: field articles on multi-battery CAN architecture (eight terminators) and on communication
troubleshooting (termination, cable length, errors against power); CiA 102 and ISO 11898-2 (cable lengths).
"""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.twin.canbus.noise import Line, frame_error

BITS = 125  # a standard frame of eight bytes with some stuffing
ALL = pytest.approx(1.0)

LENGTHS = st.floats(0.1, 200.0)
BITRATES = st.integers(10_000, 1_000_000)
COUPLINGS = st.floats(0.0, 3.0)
CURRENTS = st.floats(0.0, 1000.0)
CABLES = st.fixed_dictionaries(
    {
        "resistance": st.sampled_from([15.0, 40.0, 60.0, 120.0, math.inf]),
        "current": CURRENTS,
        "length": LENGTHS,
        "bitrate": BITRATES,
        "coupling": COUPLINGS,
    }
)


def lost(
    resistance: float = 60.0,
    current: float = 0.0,
    *,
    length: float = 5.0,
    bitrate: int = 500_000,
    coupling: float = 0.1,
    bits: int = BITS,
) -> float:
    """Share of frames that are destroyed."""
    return frame_error(Line(resistance, length, bitrate, coupling).bit_errors(current), bits)


# What people report


@pytest.mark.parametrize("current", [0.0, 20.0, 50.0, 100.0, 150.0, 200.0, 1000.0])
def test_an_ordinary_cable_with_60_ohm_loses_nothing_at_any_current(current: float) -> None:
    assert lost(60.0, current) == 0.0


def test_eight_terminators_work_at_low_power_and_fail_above_150_amperes() -> None:
    assert lost(15.0, 20.0) < 0.01
    assert 0.02 < lost(15.0, 50.0) < 0.2
    assert lost(15.0, 150.0) > 0.8
    assert lost(15.0, 200.0) > 0.9


def test_a_cable_beside_the_dc_bus_loses_frames_as_power_rises() -> None:
    assert lost(60.0, 20.0, coupling=1.0) == 0.0
    assert lost(60.0, 50.0, coupling=1.0) == pytest.approx(0.02, abs=0.005)
    assert 0.2 < lost(60.0, 80.0, coupling=1.0) < 0.3
    assert lost(60.0, 100.0, coupling=1.0) > 0.4


def test_without_terminators_only_a_cable_below_one_metre_works() -> None:
    assert lost(math.inf, 20.0, length=0.3) == 0.0
    assert lost(math.inf, 20.0, length=0.5) < 0.01
    assert lost(math.inf, 20.0, length=1.0) == ALL
    assert lost(math.inf, 20.0, length=5.0) == ALL


def test_one_terminator_is_enough_on_a_short_cable_and_not_on_a_long_one() -> None:
    assert lost(120.0, 20.0, length=5.0) == 0.0
    assert lost(120.0, 20.0, length=20.0) == 0.0
    assert lost(120.0, 0.0, length=100.0) == ALL
    assert lost(60.0, 0.0, length=100.0) == 0.0


def test_a_slower_bus_bears_a_missing_terminator_and_a_longer_cable() -> None:
    assert lost(math.inf, 0.0, length=5.0, bitrate=125_000) == 0.0
    assert lost(120.0, 0.0, length=100.0, bitrate=250_000) == 0.0
    assert lost(60.0, 0.0, length=200.0, bitrate=500_000) == ALL
    assert lost(60.0, 0.0, length=200.0, bitrate=250_000) == 0.0
    assert lost(60.0, 0.0, length=40.0, bitrate=1_000_000) == 0.0
    assert lost(60.0, 0.0, length=80.0, bitrate=1_000_000) == ALL


def test_an_unshielded_cable_is_reliable_to_ten_metres_and_marginal_to_twenty() -> None:
    assert lost(60.0, 80.0, coupling=0.3, length=5.0) == 0.0
    assert lost(60.0, 80.0, coupling=0.3, length=10.0) < 0.001
    assert 0.02 < lost(60.0, 80.0, coupling=0.3, length=15.0) < 0.2


def test_beside_power_electronics_two_metres_are_safe() -> None:
    assert lost(60.0, 100.0, coupling=1.0, length=2.0) == 0.0


def test_three_terminators_are_marginal() -> None:
    assert lost(40.0, 50.0) == 0.0
    assert lost(40.0, 50.0, coupling=1.0) > 0.1


# Levels of ISO 11898-2


@pytest.mark.parametrize(
    ("resistance", "volts"), [(15.0, 0.77), (40.0, 1.29), (60.0, 1.5), (120.0, 1.77), (math.inf, 2.19)]
)
def test_the_driver_is_the_weakest_that_the_standard_allows(resistance: float, volts: float) -> None:
    assert Line(resistance, 5.0, 500_000, 0.1).dominant == pytest.approx(volts, abs=0.01)


# Laws


@given(CABLES, st.integers(1, 160))
def test_it_is_a_probability(cable: dict[str, Any], bits: int) -> None:
    assert 0.0 <= lost(**cable, bits=bits) <= 1.0


@pytest.mark.parametrize(
    ("what", "values"),
    [("current", CURRENTS), ("length", LENGTHS), ("bitrate", BITRATES), ("coupling", COUPLINGS)],
)
@given(cable=CABLES, data=st.data())
def test_more_of_it_never_helps(
    what: str, values: st.SearchStrategy[float], cable: dict[str, Any], data: st.DataObject
) -> None:
    less, more = sorted((data.draw(values), data.draw(values)))
    assert lost(**cable | {what: less}) <= lost(**cable | {what: more})


@given(CURRENTS, st.floats(0.1, 20.0), COUPLINGS)
def test_40_ohm_lies_between_60_and_15(current: float, length: float, coupling: float) -> None:
    right, three, eight = (lost(ohm, current, length=length, coupling=coupling) for ohm in (60.0, 40.0, 15.0))
    assert right <= three <= eight


@given(st.floats(0.0, 0.5), st.integers(1, 159))
def test_a_longer_frame_is_lost_more_often(bit_error: float, bits: int) -> None:
    assert frame_error(bit_error, bits) <= frame_error(bit_error, bits + 1)
