"""Bus load over a window, with frames alone, in a row, and cut by the window."""

import pytest

from bmshil.timeline import Nanoseconds
from bmshil.twin.canbus.load import BusyTime


def test_nothing_sent() -> None:
    assert BusyTime().load(Nanoseconds(5_000_000), 0.001) == 0.0


def test_a_frame_cut_by_the_window_counts_in_part() -> None:
    busy = BusyTime()
    busy.add(0, 1_000_000)
    assert busy.load(Nanoseconds(2_000_000), 0.00125) == pytest.approx(0.2)


def test_frames_in_a_row_are_one_period() -> None:
    busy = BusyTime()
    for start in range(0, 10_000_000, 250_000):
        busy.add(start, start + 250_000)
    assert busy.total == 10_000_000
    assert len(busy._periods) == 1
    assert busy.load(Nanoseconds(10_000_000), 0.003) == 1.0


def test_gaps_between_frames() -> None:
    busy = BusyTime()
    for start in (0, 1_000_000, 2_000_000, 3_000_000):
        busy.add(start, start + 250_000)
    assert busy.load(Nanoseconds(4_000_000), 0.002) == 0.25
    assert busy.load(Nanoseconds(4_000_000), 0.004) == 0.25
    assert busy.load(Nanoseconds(4_000_000), 0.008) == 0.125


def test_a_window_is_positive() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        BusyTime().load(Nanoseconds(1), 0.0)
