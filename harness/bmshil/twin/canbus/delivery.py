"""What the end of an attempt means to its stations: a frame to take in, a reward, another try, a wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds, to_seconds
from bmshil.twin.canbus.messages import copy_of
from bmshil.twin.canbus.repetition import SUSPEND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.twin.canbus.attempt import Attempt
    from bmshil.twin.canbus.outcome import Outcome
    from bmshil.twin.canbus.recovery import Recovery
    from bmshil.twin.canbus.roster import Roster
    from bmshil.twin.canbus.station import Pending, Station
    from bmshil.twin.canbus.waiting import Waiting


class Delivery:
    """Hands frames over, and lets those who sent go on.

    Args:
        roster: the stations on the segment.
        waiting: whose frames wait.
        recovery: who returns from bus-off.
    """

    def __init__(self, roster: Roster, waiting: Waiting, recovery: Recovery) -> None:
        self._roster = roster
        self._waiting = waiting
        self._recovery = recovery

    def requeue(self, station: Station, pending: Pending, end: Nanoseconds, *, sent: bool) -> None:
        """Take a frame that was on the wire out of its queue, or let it try again."""
        queue = station.queue
        if station.off or not station.attached:
            queue.clear()
            self._waiting.drop([station])
            if station.off and station.recovers:
                self._recovery.begin(station, end)
            return
        if queue and queue[0] is pending:
            if sent or station.one_shot:
                queue.popleft()
            self._waiting.push(station)

    def deliver(self, end: Nanoseconds, attempt: Attempt, outcome: Outcome) -> None:
        """Hand a frame over to those who heard it, and confirm it to those who sent it."""
        if not (outcome.sent or outcome.heard):
            return
        # What is heard without having been sent well will be heard again
        message = outcome.sent[0][1].message if outcome.sent else copy_of(attempt.senders[0][1].message)
        message.timestamp = to_seconds(end)
        for _, pending in outcome.sent:
            pending.message.timestamp = to_seconds(end)
        self.reward(end, [one for one, _ in outcome.sent], outcome.heard)
        for station in outcome.heard:
            if station.attached:
                station.receive(end, message)
        for station, pending in outcome.sent:
            station.confirm(end, pending.message)

    def reward(self, end: Nanoseconds, sent: Iterable[Station], heard: Iterable[Station]) -> bool:
        """Count down the error counters after a good frame; say whether a sender has to wait now."""
        for station in heard:
            station.reward(end, transmitting=False)
        waits = False
        for station in sent:
            station.reward(end, transmitting=True)
            waits |= self.suspend(station, end)
        self._roster.recount()
        return waits

    def suspend(self, station: Station, end: Nanoseconds) -> bool:
        """Let an error-passive sender wait a little longer than the others; say whether it has to."""
        if station.passive:
            station.ready = Nanoseconds(end + SUSPEND * 1_000_000_000 // self._roster.rate(station))
            return True
        return False
