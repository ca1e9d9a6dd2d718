"""Playing the battery's side of a capture with its timing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.capture import CapturedFrame
    from bmshil.bms.sender import Sender
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

LATEST = to_ns(0.5)
"""A frame that is later than this is not sent: half of the 1 s at which batteries repeat themselves."""

PAUSE = 1.0
"""Between two rounds of a capture whose first message does not come again, s."""


class Replay:
    """Sends captured frames at their times.

    Args:
        frames: from ``read_capture``, at least one.
        sender: takes the frames.
        timeline: gives the times.
        journal: where frames that were too late are written.
        loop: begin anew at the end, so that the first message keeps its period.

    Attributes:
        sent: frames handed to the sender.
        skipped: frames that were too late (wall time only).
        rounds: how often the end was reached.
    """

    def __init__(
        self,
        frames: Sequence[CapturedFrame],
        sender: Sender,
        *,
        timeline: Timeline,
        journal: Journal,
        loop: bool = False,
    ) -> None:
        self.sent = 0
        self.skipped = 0
        self.rounds = 0
        self._frames = frames
        self._sender = sender
        self._timeline = timeline
        self._journal = journal
        self._loop = loop
        self._length = round_length(frames)
        self._origin = Nanoseconds(0)
        self._next = 0
        self._playing: object | None = None

    @property
    def playing(self) -> bool:
        """Whether there is more to come."""
        return self._playing is not None

    def start(self) -> None:
        """Play from the beginning; the first frame is sent at once."""

        def run() -> None:
            self._origin = self._timeline.now
            self._next = 0
            self._playing = object()
            self._plan()

        self._timeline.call(run)

    def stop(self) -> None:
        """Send no more."""
        self._playing = None

    def _due(self) -> Nanoseconds:
        return Nanoseconds(self._origin + to_ns(self._frames[self._next].offset))

    def _plan(self) -> None:
        token = self._playing
        self._timeline.at(self._due(), lambda: self._step(token))

    def _step(self, token: object | None) -> None:
        if token is None or token is not self._playing:
            return
        if self._timeline.now - self._due() <= LATEST:
            self._sender.send(self._frames[self._next].frame)
            self.sent += 1
        else:
            self.skipped += 1
            self._journal.event("late_slot", "replay", skipped=1, id=self._frames[self._next].frame.id)
        self._next += 1
        if self._next == len(self._frames):
            self.rounds += 1
            self._next = 0
            self._origin = Nanoseconds(self._origin + to_ns(self._length))
            if not self._loop:
                self._playing = None
                return
        self._plan()


def round_length(frames: Sequence[CapturedFrame]) -> float:
    """Return the time after which a looped capture begins anew, s.

    It is chosen so that the first message comes again after the period that it has in the capture. Where it
    does not come again, one second passes after the last frame.

    Args:
        frames: at least one.
    """
    first = frames[0].frame
    times = [
        one.offset for one in frames if one.frame.id == first.id and one.frame.extended == first.extended
    ]
    end = frames[-1].offset
    period = times[1] - times[0] if len(times) > 1 else 0.0
    return times[-1] + period if times[-1] + period > end else end + PAUSE
