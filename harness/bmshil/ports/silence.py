"""Nobody acknowledges: since when, how many frames it has cost, and the one event that tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.ports import error_frames
from bmshil.timeline import Nanoseconds, to_ns, to_seconds

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.ports.health import PortHealth
    from bmshil.timeline import Timeline

LONG = 3
"""Nobody acknowledges when nothing was confirmed for so many periods."""

VERIFYING = 0.1
"""A lone sender is error-passive after 16 attempts, 4 ms at 500 kbit/s, and the host knows by then, s."""


class Silence:
    """The time in which frames go out that nobody acknowledges. Lives on the timeline.

    Args:
        name: of the port, for the journal.
        timeline: gives the time.
        journal: where ``unacknowledged``, ``acknowledged`` and ``lost_frame`` are written.
        health: to count in.
        period: of the messages, s.
        early: whether the adapter may confirm a frame before it was sent, so that a confirmation ends a
            silence only when the controller does not become error-passive over it.

    Attributes:
        acknowledged: False while a silence is long.
        since: when the silence began; None without one.
    """

    __slots__ = (
        "_early", "_frames", "_health", "_journal", "_long", "_name", "_timeline", "_verifying",
        "acknowledged", "since",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        timeline: Timeline,
        journal: Journal,
        health: PortHealth,
        *,
        period: float,
        early: bool,
    ) -> None:
        self.acknowledged = True
        self.since: Nanoseconds | None = None
        self._name = name
        self._timeline = timeline
        self._journal = journal
        self._health = health
        self._long = to_ns(LONG * period)
        self._early = early
        self._verifying = False
        self._frames = 0

    @property
    def becomes_long(self) -> Nanoseconds | None:
        """When the silence will be long; None without one, and when it is long already."""
        if self.since is None or not self.acknowledged:
            return None
        return Nanoseconds(self.since + self._long)

    def begin(self, since: Nanoseconds) -> None:
        """A frame from ``since`` was not acknowledged; a silence that goes on keeps its begin."""
        if self.since is None:
            self.since = since
            self._frames = 0

    def count(self, frames: int) -> None:
        """Count frames that the silence has cost."""
        self._frames += frames

    def judge(self, now: Nanoseconds) -> None:
        """Tell a silence that has become long."""
        end = self.becomes_long
        if end is None or now < end:
            return
        self.acknowledged = False
        self._health.unacknowledged += self._frames
        self._journal.event("unacknowledged", self._name, frames=self._frames)

    def confirmed(self) -> None:
        """An own frame was confirmed, rightly or too early."""
        if not self._early:
            self.end()
        elif not self._verifying:
            self._verifying = True
            self._timeline.after(VERIFYING, self._verify)

    def end(self) -> None:
        """Somebody has acknowledged."""
        since, self.since = self.since, None
        if since is None:
            return
        if not self.acknowledged:
            self.acknowledged = True
            after = to_seconds(Nanoseconds(self._timeline.now - since))
            self._journal.event("acknowledged", self._name, after=round(after, 6))
        elif self._frames:
            cause = f"nobody acknowledged {self._frames} frames in time"
            self._journal.event(
                "lost_frame", self._name, what="unacknowledged", cause=cause, frames=self._frames
            )

    def excuse(self) -> None:
        """Something else explains it, unless it is long already."""
        if self.acknowledged:
            self.since = None

    def forget(self) -> None:
        """The port is closed: there is nothing to tell."""
        self.since = None
        self.acknowledged = True

    def _verify(self) -> None:
        self._verifying = False
        if self._health.state in {error_frames.ACTIVE, error_frames.WARNING}:
            self.end()
