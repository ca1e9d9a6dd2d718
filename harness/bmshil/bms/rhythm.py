"""When a node decides and speaks: its place in the period, and its silence after power-up."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, Periodic, to_ns, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.pack_frames import PackFrames
    from bmshil.bms.transmitter import Transmitter
    from bmshil.dialects import Report


class Rhythm:
    """The period of one node. All methods run on the timeline.

    Args:
        transmitter: sends what the node says.
        beside: sends what the pack says of itself; None where it says nothing beside.
        decide: called once per period, before the messages of that period.
        spacing: between two messages, s.

    Attributes:
        period: time between two decisions, s.
    """

    def __init__(
        self,
        transmitter: Transmitter,
        beside: PackFrames | None,
        decide: Callable[[], None],
        spacing: float,
    ) -> None:
        self.period = min(slot.period for slot in transmitter.slots.values())
        self._transmitter = transmitter
        self._beside = beside
        self._decide = decide
        self._spacing = spacing
        self._timeline = transmitter.timeline
        self._deciding: Periodic | None = None
        self._speaks_at = Nanoseconds(0)
        self._origin = self._timeline.now

    @property
    def running(self) -> bool:
        """Whether the node is powered, be it silent or not."""
        return self._deciding is not None

    @property
    def started_up(self) -> bool:
        """Whether its silence after power-up is over."""
        return self._timeline.now >= self._speaks_at

    @property
    def next_set(self) -> float:
        """Time from now to its next set of messages, s, above 0 and at most a period."""
        period = to_ns(self.period)
        return to_seconds(Nanoseconds(period - (self._timeline.now - self._origin) % period))

    def start(self, phase: float | None, spacing: float | None, start_up: float) -> None:
        """Begin, or move to another place; see ``Node.start``.

        Args:
            phase: s from now to the first slot; None keeps the place.
            spacing: s between two messages; None keeps it too.
            start_up: silence of a node that was off, s.
        """
        now = self._timeline.now
        if phase is not None:
            self._origin = Nanoseconds(now + to_ns(phase))
        if spacing is not None:
            self._spacing = spacing
        period = to_ns(self.period)
        rounds = max(-((self._origin - now) // period), 0)
        origin = Nanoseconds(self._origin + rounds * period)
        if self._deciding is None:
            self._speaks_at = Nanoseconds(now + to_ns(start_up))
        else:
            self._deciding.cancel()
        # Queued before the slots and together with them, so that at one instant the decision comes first:
        # also where a node that moves to another place lets half a period pass before it speaks there.
        first = self._transmitter.first_slot(origin)
        self._deciding = Periodic(self._timeline, period, self._decide, first)
        self._transmitter.start(origin, self._spacing)
        if self._beside is not None:
            self._beside.start(first, self._spacing)

    def stop(self) -> None:
        """Decide and speak no more."""
        if self._deciding is not None:
            self._deciding.cancel()
            self._deciding = None
        self._transmitter.stop()
        if self._beside is not None:
            self._beside.stop()


def has_measured(report: Report) -> bool:
    """Tell whether a node that starts up has measured something."""
    return isfinite(report.voltage) and isfinite(report.temperature) and report.cell_min > 0
