"""Errors on the bus as events: not one by one where they come by the thousand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

EVERY = 0.1
"""Errors of one kind that follow an event within this time come in one event with their number, s."""


class ErrorLog:
    """Writes events ``bus_error``: the first error at once, those soon after it together.

    Lives on the timeline. Frames of the journal hold every error frame with its own time.

    Args:
        name: of the port, for the journal.
        timeline: gives the time.
        journal: where events are written.
    """

    def __init__(self, name: str, timeline: Timeline, journal: Journal) -> None:
        self._name = name
        self._timeline = timeline
        self._journal = journal
        self._quiet: dict[str, tuple[int, dict[str, object]]] = {}

    def take(self, kind: str, condition: dict[str, object]) -> None:
        """Take note of one error, and of the condition of the controller after it."""
        if kind in self._quiet:
            self._quiet[kind] = self._quiet[kind][0] + 1, condition
            return
        self._journal.event("bus_error", self._name, kind=kind, **condition)
        self._wait(kind)

    def tell(self) -> None:
        """Tell what has not been told."""
        waiting, self._quiet = self._quiet, {}
        for kind, (count, condition) in waiting.items():
            self._write(kind, count, condition)

    def _wait(self, kind: str) -> None:
        self._quiet[kind] = 0, {}
        self._timeline.after(EVERY, lambda: self._look(kind))

    def _look(self, kind: str) -> None:
        count, condition = self._quiet.pop(kind, (0, {}))
        if count:
            self._write(kind, count, condition)
            self._wait(kind)

    def _write(self, kind: str, count: int, condition: dict[str, object]) -> None:
        if count:
            self._journal.event("bus_error", self._name, kind=kind, **condition, count=count)
