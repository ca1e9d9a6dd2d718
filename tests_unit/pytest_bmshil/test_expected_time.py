"""Whoever finds a rig held learns how long its tests will take."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bmshil.inverter import profile
from bmshil.judge import Requirement
from pytest_bmshil.fixtures import _announce


class Item:
    """A collected test, as far as its requirement goes."""

    def __init__(self, duration: str | None) -> None:
        self._duration = duration

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
    bench: Any = SimpleNamespace(lock=lock, declares=profile("pylon_parallel").declares)
    _announce(bench, items)
    assert lock.expected == [1.5 * (100 + 60 + 40) + 120]
    bench.lock = None  # a twin inside this process is nobody else's
    _announce(bench, items)
    assert len(lock.expected) == 1
