"""Whoever finds a rig held learns how long its tests will take, and the journal which tests are to be run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bmshil.inverter import profile
from bmshil.journal import Journal
from bmshil.judge import Requirement
from bmshil.timeline import SimulatedTimeline
from pytest_bmshil.fixtures import _announce


class Item:
    """A collected test, as far as its requirement goes."""

    def __init__(self, duration: str | None) -> None:
        self._duration = duration
        self.nodeid = f"t.py::test_{duration}"

    def get_closest_marker(self, _name: str) -> Any:
        if self._duration is None:
            return None
        return SimpleNamespace(args=(Requirement("CFG-01", "A lamp is on", "dut", duration=self._duration),))


class Lock:
    def __init__(self) -> None:
        self.expected: list[float] = []

    def expect(self, seconds: float) -> None:
        self.expected.append(seconds)


def test_the_planned_durations_make_the_expected_time() -> None:
    items: list[Any] = [Item("100"), Item(None), Item("timeouts.all + 40")]
    lock = Lock()
    journal = Journal(SimulatedTimeline())
    bench: Any = SimpleNamespace(lock=lock, journal=journal, declares=profile("pylon_parallel").declares)
    _announce(bench, items)
    assert lock.expected == [1.5 * (100 + 60 + 40) + 120]
    (listed,) = journal.events(0.0, 0.0, "to_be_run")
    assert listed.data == {"tests": ["t.py::test_100", "t.py::test_timeouts.all + 40"]}
    bench.lock = None  # a twin inside this process is nobody else's
    _announce(bench, items)
    assert len(lock.expected) == 1
