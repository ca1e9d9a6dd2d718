"""The first test of a run meets a device that has just been given power: its booting is no finding."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bmshil.bench import Trial, open_bench
from bmshil.judge import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTENING = Requirement("CFG-01", "The keep-alive arrives", "dut", silent_device=True)


@pytest.fixture(autouse=True)
def keep_cores() -> Iterator[None]:
    """A bench on simulated time pins its process to one core."""
    cores = os.sched_getaffinity(0)
    yield
    os.sched_setaffinity(0, cores)


def test_a_booting_device_is_waited_for() -> None:
    with open_bench("twin") as bench:
        Trial(bench, "first", LISTENING).begin()
        assert bench.bus.keepalive_gap(over=20.0).value == pytest.approx(1.0, abs=0.05)


def test_a_device_that_never_speaks_is_waited_for_no_longer_than_it_may_boot() -> None:
    with open_bench("twin", mutation="no_keepalive") as bench:
        energised = bench.seconds
        Trial(bench, "first", LISTENING).begin()
        assert 8.0 <= bench.seconds - energised < 8.5
        assert bench.bus.keepalive_gap(over=20.0).value == pytest.approx(20.0, abs=0.05)
