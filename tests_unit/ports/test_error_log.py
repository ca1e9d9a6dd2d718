"""Errors on the bus as events."""

from __future__ import annotations

import pytest

from bmshil.journal import Journal
from bmshil.ports.error_log import ErrorLog
from bmshil.timeline import SimulatedTimeline


class Log:
    """An error log with its journal."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.log = ErrorLog("witness", self.timeline, self.journal)
        self.tec = 0

    def err(self, kind: str = "stuff", times: int = 1, gap: float = 0.0) -> None:
        for _ in range(times):
            self.tec += 1
            self.log.take(kind, {"tec": self.tec})
            self.timeline.run(gap)

    @property
    def told(self) -> list[tuple[float, str, int, int]]:
        """Time, kind, number and counter of each event."""
        return [
            (round(event.t, 3), event.data["kind"], event.data.get("count", 1), event.data["tec"])
            for event in self.journal.events(0.0, 1000.0, "bus_error")
        ]


@pytest.fixture
def errors() -> Log:
    return Log()


def test_one_error_is_one_event_at_once(errors: Log) -> None:
    errors.err()
    assert errors.told == [(0.0, "stuff", 1, 1)]
    errors.timeline.run(1.0)
    errors.err()
    assert errors.told == [(0.0, "stuff", 1, 1), (1.0, "stuff", 1, 2)]


def test_a_thousand_errors_are_few_events_that_count_them_all(errors: Log) -> None:
    errors.err(times=1000, gap=0.001)
    errors.timeline.run(1.0)
    assert len(errors.told) == 11
    assert sum(count for _, _, count, _ in errors.told) == 1000
    assert errors.told[0] == (0.0, "stuff", 1, 1)
    assert errors.told[-1][3] == 1000


def test_another_kind_is_told_at_once(errors: Log) -> None:
    errors.err("stuff", 3)
    errors.err("bit", 2)
    assert errors.told == [(0.0, "stuff", 1, 1), (0.0, "bit", 1, 4)]
    errors.timeline.run(0.1)
    assert errors.told[2:] == [(0.1, "stuff", 2, 3), (0.1, "bit", 1, 5)]


def test_a_port_that_is_closed_tells_the_rest(errors: Log) -> None:
    errors.err(times=5)
    errors.log.tell()
    assert errors.told == [(0.0, "stuff", 1, 1), (0.0, "stuff", 4, 5)]
    errors.timeline.run(1.0)
    assert len(errors.told) == 2
