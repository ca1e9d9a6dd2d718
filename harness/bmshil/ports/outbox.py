"""Frames on their way out: few at a time in the adapter, the rest here, and none of them old.

A frame that waits in an adapter until somebody acknowledges it is sent then, however old it is. So an
adapter that confirms gets at most ``WINDOW`` frames ahead of its confirmations; the others wait here with
their age, which counts from their planned slot. What has waited for half a period is dropped, as is a slot
that is late by more: so no frame is older than one period on the bus, and two of one message are never closer
than half of it. Where taking frames back takes time itself, it begins earlier.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from bmshil.journal import Direction
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.journal import Frame, Journal
    from bmshil.ports.health import PortHealth
    from bmshil.ports.silence import Silence
    from bmshil.timeline import Timeline

WINDOW = 8
"""Frames in an adapter that are not confirmed yet.

Eight frames are 2 ms of a bus at 500 kbit/s: longer than a confirmation takes over USB, so that the bus
never waits for the port, and fewer than the ten that the queue of a SocketCAN interface holds.
"""

LONGEST_FRAME = 160
"""Bits of the longest classic frame with 29 bits of identifier, all stuffing included (ISO 11898-1)."""

CROWDED = 0.5
"""When others speak for so much of the time, a frame waits for the bus, not for its acknowledgement."""

NEVER = Nanoseconds(1 << 62)


class Outbox:
    """Hands frames to an adapter and knows what has become of them. Lives on the timeline.

    Args:
        name: of the port, for the journal.
        index: of the port in the journal.
        timeline: gives the time.
        journal: where lost frames are written.
        health: to count in.
        silence: told when nothing is acknowledged, and when it is again.
        hand: gives one frame to the adapter; says whether it was taken.
        flush: takes back what the adapter has not sent; returns the number of frames, -1 for all, None when
            it cannot.
        period: of the messages, s.
        patience: how long a frame may wait, as a share of the period.
        echo: whether the adapter confirms.
        shared: whether confirmations may be those of other programs.

    Attributes:
        bitrate: of the bus, bit/s; kept by the port.
    """

    __slots__ = (
        "_dropped", "_due", "_echo", "_flush", "_hand", "_health", "_heard_at", "_hold", "_in_flight",
        "_index", "_journal", "_name", "_open", "_others", "_passed", "_shared", "_silence", "_timeline",
        "_waiting", "bitrate",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        index: int,
        timeline: Timeline,
        journal: Journal,
        health: PortHealth,
        *,
        silence: Silence,
        hand: Callable[[Frame], bool],
        flush: Callable[[], int | None],
        period: float,
        patience: float,
        echo: bool,
        shared: bool,
    ) -> None:
        self.bitrate = 500_000
        self._name = name
        self._index = index
        self._timeline = timeline
        self._journal = journal
        self._health = health
        self._hand = hand
        self._flush = flush
        self._hold = to_ns(period * patience)
        self._silence = silence
        self._echo = echo
        self._shared = shared
        self._open = False
        self._in_flight: deque[tuple[Nanoseconds, Frame]] = deque()
        self._waiting: deque[tuple[Nanoseconds, Frame]] = deque()
        self._due = NEVER
        self._passed = self._heard_at = Nanoseconds(-1)
        self._dropped = 0
        self._others = 0

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> None:
        """Hand the frame over now, or as soon as there is room, unless it gets too old.

        Args:
            frame: what is sent.
            planned: its slot, from which it ages; now when left out.
        """
        now = self._timeline.now
        waiting = self._waiting
        if self._open and not waiting and len(self._in_flight) < WINDOW:
            self._give(now, frame)
            return
        waiting.append((now if planned is None else planned, frame))
        self._drop_old(now)

    def confirmed(self, frame: Frame, when: Nanoseconds) -> bool:
        """The adapter reports a frame as sent and acknowledged; False when it is not one of this port's."""
        self._heard_at = when
        in_flight = self._in_flight
        place = self._place(frame)
        if place is not None:
            self._passed = max(self._passed, in_flight[place][0])
            del in_flight[place]
        elif self._shared:
            return False
        elif in_flight:
            in_flight.popleft()
        self._others = self._health.received
        if self._silence.since is not None:
            self._silence.confirmed()
        if self._waiting:
            self._pump()
        return True

    def hold(self) -> None:
        """The adapter is gone, and what it had with it."""
        self._open = False
        for _, frame in self._in_flight:
            self._lose(frame)
        self._in_flight.clear()
        self._silence.excuse()

    def pause(self) -> None:
        """The adapter is away for a moment, on purpose."""
        self._open = False

    def release(self) -> None:
        """The adapter can be used: hand over what is still fresh."""
        self._drop_old(self._timeline.now)
        self._open = True
        self._pump()

    def close(self) -> None:
        """Forget all frames."""
        self._open = False
        self._silence.forget()
        self._in_flight.clear()
        self._waiting.clear()

    def unheard(self, frames: int = 0) -> None:
        """The adapter itself tells that nobody acknowledges; ``frames`` of them it has refused."""
        now = self._timeline.now
        self._silence.begin(now)
        self._silence.count(frames)
        self._arm(Nanoseconds(now + self._hold))

    def _give(self, when: Nanoseconds, frame: Frame) -> None:
        if not self._hand(frame):
            if self._open:
                self._lose(frame)
            else:  # the adapter has just gone; it may be back before the frame is old
                self._waiting.append((when, frame))
            return
        self._health.sent += 1
        if self._echo:
            if not self._in_flight:
                self._others = self._health.received
            self._in_flight.append((when, frame))
            if when + self._hold < self._due:
                self._arm(Nanoseconds(when + self._hold))

    def _pump(self) -> None:
        waiting, in_flight = self._waiting, self._in_flight
        self._drop_old(self._timeline.now)
        while waiting and self._open and len(in_flight) < WINDOW:
            self._give(*waiting.popleft())

    def _drop_old(self, now: Nanoseconds) -> None:
        waiting = self._waiting
        oldest = now - self._hold
        while waiting and waiting[0][0] <= oldest:
            frame = waiting.popleft()[1]
            if not self._open:
                self._lose(frame)
                continue
            self._dropped += 1
            self._waste(frame)
            self._arm(Nanoseconds(now + self._hold))

    def _arm(self, when: Nanoseconds) -> None:
        """Look at ``when``, unless that is planned for earlier already."""
        if when < self._due:
            self._due = when
            self._timeline.at(when, lambda: self._look(when))

    def _look(self, due: Nanoseconds) -> None:
        """Look for frames that have become old."""
        if due != self._due:  # it was planned for earlier since
            return
        self._due = NEVER
        now = self._timeline.now
        if now - due > self._hold >> 2:
            # The process was held up, and the confirmations with it: they come first.
            self._arm(Nanoseconds(now + (self._hold >> 3)))
            return
        self._drop_old(now)
        self._miss(now)
        in_flight, silence = self._in_flight, self._silence
        if in_flight:
            oldest = in_flight[0][0]
            if now - oldest >= self._hold:
                # A bus full of other frames, of ours or of others, is busy, not silent.
                if oldest >= self._heard_at and not self._crowded(now - oldest):
                    silence.begin(oldest)
                self._take_back()
        elif silence.since is not None and not self._echo:
            self._take_back()
        if silence.since is not None:
            silence.count(self._dropped)
            self._dropped = 0
            silence.judge(now)
        elif self._dropped:
            self._tell_dropped()
        self._arm_again(now)

    def _arm_again(self, now: Nanoseconds) -> None:
        """Look again when the next frame becomes old, or the silence long."""
        following = []
        if self._in_flight:
            due = self._in_flight[0][0] + self._hold
            following.append(due if due > now else now + self._hold)
        if (end := self._silence.becomes_long) is not None:
            following.append(end)
        if self._silence.since is not None and not self._echo:
            following.append(now + self._hold)
        if following:
            self._arm(Nanoseconds(max(min(following), now + 1)))

    def _crowded(self, span: int) -> bool:
        """Whether others have spoken for most of the last ``span`` nanoseconds."""
        others = self._health.received - self._others
        return others * LONGEST_FRAME * 1e9 / self.bitrate >= CROWDED * span

    def _take_back(self) -> None:
        """Empty the adapter of what has become old in it."""
        taken = self._flush()
        if taken is None:
            return
        in_flight = self._in_flight
        for _ in range(len(in_flight) if taken < 0 else min(taken, len(in_flight))):
            self._dropped += 1
            self._waste(in_flight.pop()[1])
        self._pump()

    def _place(self, frame: Frame) -> int | None:
        """Which frame in flight is confirmed: usually the first; where that was lost, a later one.

        An equal one that has become old was lost, and this is the next of its kind.
        """
        found = None
        for place, (given, own) in enumerate(self._in_flight):
            if own == frame:
                fresh = self._timeline.now - given < self._hold
                found = place if fresh or found is None else found
                if fresh:
                    break
        return found

    def _miss(self, now: Nanoseconds) -> None:
        """Find what the adapter has lost: it has sent what it was given later, and the bus was free."""
        old = [one for one in self._in_flight if one[0] < self._passed and now - one[0] >= self._hold]
        if not old or self._crowded(self._hold):
            return
        for one in old:
            self._in_flight.remove(one)
            self._lose(one[1])
        cause = f"{len(old)} frames were given to the adapter, which has sent later ones and not these"
        self._journal.event("lost_frame", self._name, what="stale", cause=cause, frames=len(old))

    def _tell_dropped(self) -> None:
        frames, self._dropped = self._dropped, 0
        cause = f"{frames} frames had waited too long for the bus"
        if others := self._health.received - self._others:
            cause += f", on which others had sent {others} meanwhile"
        self._journal.event("lost_frame", self._name, what="stale", cause=cause, frames=frames)

    def _waste(self, frame: Frame) -> None:
        self._health.stale += 1
        self._journal.frame(self._index, self._timeline.now, Direction.LOST, frame)

    def _lose(self, frame: Frame) -> None:
        self._health.lost += 1
        self._journal.frame(self._index, self._timeline.now, Direction.LOST, frame)
