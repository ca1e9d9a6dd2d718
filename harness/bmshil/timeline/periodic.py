"""Planned slots of one recurring action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline.clock import Nanoseconds, to_ns, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.timeline.base import Timeline


class Periodic:
    """An action on a fixed grid of planned slots: start, start + period, start + 2 periods, ...

    A slot that is late by at most half a period is run; a later one is skipped, so that after a stall
    there is no burst and two runs are never closer than half a period. On simulated time no slot is
    ever late. An action that raises keeps its slots: one transient error must not silence it for ever.

    Attributes:
        done: slots that were run.
        skipped: slots that were too late.
    """

    __slots__ = ("_action", "_due", "_period", "_timeline", "done", "skipped")

    def __init__(
        self, timeline: Timeline, period: Nanoseconds, action: Callable[[], object], start: Nanoseconds
    ) -> None:
        if period <= 0:
            raise ValueError(f"a period must be positive, got {to_seconds(period)} s")
        self._timeline = timeline
        self._period = period
        self._action: Callable[[], object] | None = action
        self._due = start
        self.done = 0
        self.skipped = 0
        timeline.at(start, self._slot)

    @property
    def period(self) -> float:
        """Distance of two slots, s. A new value counts from the next slot on."""
        return to_seconds(self._period)

    @period.setter
    def period(self, seconds: float) -> None:
        period = to_ns(seconds)
        if period <= 0:
            raise ValueError(f"a period must be positive, got {seconds} s")
        self._period = period

    @property
    def due(self) -> Nanoseconds:
        """Planned time of the slot that is running or comes next."""
        return self._due

    @property
    def action(self) -> Callable[[], object] | None:
        """What is run in each slot; None when cancelled."""
        return self._action

    def cancel(self) -> None:
        """Run no more slots."""
        self._action = None

    def _slot(self) -> None:
        action = self._action
        if action is None:
            return
        timeline = self._timeline
        half = self._period >> 1
        try:
            if timeline.now - self._due <= half:
                self.done += 1
                action()
            else:
                self.skipped += 1
        finally:
            # The next slot is the first that is not late by more than half a period already.
            period = self._period
            due = self._due + period
            late = timeline.now - due - half
            if late > 0:
                missed = late // period + 1
                self.skipped += missed
                due += missed * period
            self._due = Nanoseconds(due)
            timeline.at(self._due, self._slot)
