"""Attempts that repeat for ever because nobody acknowledges: worked out when asked for, not one by one.

The error flag of an error-passive sender is recessive. So its frame ends undisturbed, and who only listens
receives it each time, thousands of times a second. Here listeners get the first of these attempts and then
one every 10 ms: enough to meet repetitions, and little enough that a device can be off for minutes.

Source: ISO 11898-1, error signalling (passive error flag) and bus monitoring mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds

if TYPE_CHECKING:
    from collections.abc import Collection

    from bmshil.twin.canbus.attempt import Attempt
    from bmshil.twin.canbus.load import BusyTime
    from bmshil.twin.canbus.roster import Roster
    from bmshil.twin.canbus.station import Pending, Station

EVERY = Nanoseconds(10_000_000)
"""Distance of two attempts that listeners get, ns; of the first ones after it, to be exact."""


def endless(attempt: Attempt, roster: Roster, waiting: Collection[object]) -> bool:
    """Whether an attempt without acknowledgement would repeat for ever, each time like the one before.

    Args:
        attempt: who sends what.
        roster: who is on the segment.
        waiting: all stations that have something to send.
    """
    first = attempt.senders[0][1].message
    return (
        len(attempt.senders) == len(waiting)
        and all(
            one.passive and not one.one_shot and pending.message.equals(first, None, False)
            for one, pending in attempt.senders
        )
        and all(one.passive for one, _ in roster.others(attempt))
    )


class Samples:
    """Which attempts of a repetition listeners get.

    Attributes:
        due: from when on the next attempt is one of them, ns.
    """

    def __init__(self) -> None:
        self.due = Nanoseconds(0)
        self._pending: Pending | None = None

    def take(self, pending: Pending, start: Nanoseconds) -> bool:
        """Whether the attempt with this frame that begins at ``start`` is one of them."""
        if pending is self._pending and start < self.due:
            return False
        self._pending = pending
        self.due = Nanoseconds(start + EVERY)
        return True


class Repetition:
    """One stretch of equal attempts.

    An error-passive sender without acknowledgement counts no further and disturbs nobody, so that one attempt
    is like the other until something on the segment changes.

    Args:
        senders: who repeats.
        begin: of the first attempt, ns.
        period: from one attempt to the next, ns.
        busy: what one attempt takes of it, ns.
    """

    def __init__(self, senders: list[Station], begin: int, period: int, busy: int) -> None:
        self._senders = senders
        self._begin = begin
        self._period = period
        self._busy = busy
        self._counted = 0

    def ended(self, now: int) -> int:
        """Tell how many attempts have ended since ``account`` was called last."""
        return max(0, (now - self._begin - self._busy) // self._period + 1) - self._counted

    def ended_ns(self, now: int) -> int:
        """Tell the bus time of these attempts."""
        return self.ended(now) * self._busy

    def account(self, now: int, busy_time: BusyTime) -> int:
        """Add the attempts that ended until ``now`` to the bus time; return how many are new."""
        new = self.ended(now)
        if new:
            start = self._begin + self._counted * self._period
            busy_time.add_stretch(start, start + new * self._period, new * self._busy)
            self._counted += new
        return new

    def stop(self, now: int, busy_time: BusyTime) -> tuple[int, Nanoseconds | None]:
        """End the stretch; an attempt that has begun is completed.

        Its senders are set to go on where the next attempt would have begun.

        Returns:
            The attempts that are new, and when the last one ends, ns; None when none has begun.
        """
        begun = max(0, -(-(now - self._begin) // self._period))
        if not begun:
            return 0, None
        following = self._begin + begun * self._period
        for station in self._senders:
            station.ready = Nanoseconds(following)
        end = following - self._period + self._busy
        return self.account(end, busy_time), Nanoseconds(end)
