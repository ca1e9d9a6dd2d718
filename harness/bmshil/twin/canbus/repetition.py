"""Attempts that repeat for ever because nobody acknowledges: worked out when asked for, not one by one.

The error flag of an error-passive sender is recessive. So its frame ends undisturbed, and who only listens
receives it each time, thousands of times a second. Here listeners get the first of these attempts and then
one every 10 ms: enough to meet repetitions, and little enough that a device can be off for minutes.

Two error-passive senders at different bit rates take turns, because each waits a little after its attempt.

Source: ISO 11898-1, error signalling (passive error flag, suspend transmission) and bus monitoring mode.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from bmshil.timeline import Nanoseconds
from bmshil.twin.canbus.bits import message_bits
from bmshil.twin.canbus.outcome import LATE_FLAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.twin.canbus.attempt import Attempt
    from bmshil.twin.canbus.load import BusyTime
    from bmshil.twin.canbus.roster import Roster
    from bmshil.twin.canbus.station import Pending, Station

EVERY = Nanoseconds(10_000_000)
"""Distance of two attempts that listeners get, ns; of the first ones after it, to be exact."""

SUSPEND = 8
"""Bits that an error-passive sender waits longer than others before it sends again."""


class Turn(NamedTuple):
    """One of the attempts that repeat.

    Attributes:
        busy: bus time that it takes, ns.
        suspend: how long its senders wait before they send again, ns.
        senders: whose attempt it is.
    """

    busy: int
    suspend: int
    senders: tuple[Station, ...]


class Samples:
    """Which attempts of a repetition listeners get."""

    def __init__(self) -> None:
        self._due: dict[int, Nanoseconds] = {}

    @property
    def due(self) -> Nanoseconds:
        """From when on the next attempt is one of them, ns."""
        return min(self._due.values())

    def take(self, pending: Pending, start: Nanoseconds) -> bool:
        """Whether the attempt with this frame that begins at ``start`` is one of them."""
        self._due = {order: due for order, due in self._due.items() if due > start}
        if pending.order in self._due:
            return False
        self._due[pending.order] = Nanoseconds(start + EVERY)
        return True


def endless(attempt: Attempt, roster: Roster, waiting: Sequence[Station]) -> list[Turn]:
    """Find the attempts that will repeat for ever, each time like the one before; none if something changes.

    Args:
        attempt: the first, without acknowledgement.
        roster: who is on the segment.
        waiting: all stations that have something to send.
    """
    if not all(one.passive or one.off for one in roster.stations):
        return []
    senders = tuple(one for one, _ in attempt.senders)
    rivals = [(one,) for one in waiting if one not in senders]
    turns = [turn for group in (senders, *rivals) if (turn := _turn(group, roster)) is not None]
    if len(turns) != 1 + len(rivals) or len(turns) > 2:
        return []
    # Who waits after its own attempt is done with it when the rival's ends
    return (
        turns if len(turns) == 1 or max(one.suspend for one in turns) < min(one.busy for one in turns) else []
    )


def _turn(senders: tuple[Station, ...], roster: Roster) -> Turn | None:
    """Work out the attempt that these repeat together; None if they do not, or somebody acknowledges it."""
    first = senders[0].queue[0].message
    rate = roster.rate(senders[0])
    if any(one.one_shot or not one.queue[0].message.equals(first, None, False) for one in senders) or any(
        not (one.listen_only or one.off or one in senders) and roster.rate(one) == rate
        for one in roster.stations
    ):
        return None
    bits = message_bits(first) + LATE_FLAG
    busy = bits * 1_000_000_000 // rate
    return Turn(busy, (bits + SUSPEND) * 1_000_000_000 // rate - busy, senders)


class Repetition:
    """One stretch of attempts that repeat.

    An error-passive sender without acknowledgement counts no further and disturbs nobody, so that one attempt
    is like the other until something on the segment changes.

    Args:
        turns: the attempts, in their order.
        begin: of the first attempt, ns.
    """

    def __init__(self, turns: Sequence[Turn], begin: int) -> None:
        self._turns = turns
        starts = list(accumulate([0, *(turn.busy for turn in turns[:-1])]))
        self._period = starts[-1] + turns[-1].busy + (turns[0].suspend if len(turns) == 1 else 0)
        self._starts = [begin + start for start in starts]
        self._counted = 0

    def following(self, when: int) -> Nanoseconds:
        """Tell when the first attempt begins that does not begin before ``when``, ns."""
        return Nanoseconds(min(start + self._begun(start, when) * self._period for start in self._starts))

    def ended(self, now: int) -> int:
        """Tell how many attempts have ended since ``account`` was called last."""
        ends = zip(self._starts, self._turns, strict=True)
        return sum(self._begun(start + turn.busy, now + 1) for start, turn in ends) - self._counted

    def ended_ns(self, now: int) -> int:
        """Tell the bus time of these attempts."""
        return self._busy(self._counted + self.ended(now)) - self._busy(self._counted)

    def account(self, now: int, busy_time: BusyTime) -> int:
        """Add the attempts that ended until ``now`` to the bus time; return how many are new."""
        new = self.ended(now)
        if new:
            busy = self.ended_ns(now)
            before, self._counted = self._counted, self._counted + new
            busy_time.add_stretch(self._start(before), self._start(self._counted), busy)
        return new

    def stop(self, now: int, busy_time: BusyTime) -> tuple[int, Nanoseconds | None]:
        """End the stretch; an attempt that has begun is completed.

        Its senders are set to go on after the time for which an error-passive sender waits.

        Returns:
            The attempts that are new, and when the last one ends, ns; None when none has begun.
        """
        end = None
        for start, turn in zip(self._starts, self._turns, strict=True):
            begun = self._begun(start, now)
            if begun:
                done = Nanoseconds(start + (begun - 1) * self._period + turn.busy)
                end = done if end is None else max(end, done)
                for station in turn.senders:
                    station.ready = Nanoseconds(done + turn.suspend)
        return (0, None) if end is None else (self.account(end, busy_time), end)

    def _begun(self, first: int, now: int) -> int:
        """How many of the instants ``first``, one period later, and so on, lie before ``now``."""
        return max(0, -(-(now - first) // self._period))

    def _start(self, number: int) -> int:
        """When the attempt with this number begins, counted from 0."""
        rounds, place = divmod(number, len(self._turns))
        return self._starts[place] + rounds * self._period

    def _busy(self, attempts: int) -> int:
        """Bus time of the first so many attempts."""
        rounds, rest = divmod(attempts, len(self._turns))
        each = [turn.busy for turn in self._turns]
        return rounds * sum(each) + sum(each[:rest])
