"""The frames that wait for the bus: of each station the oldest, in the order of arbitration."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from bmshil.timeline import Nanoseconds
    from bmshil.twin.canbus.roster import Roster
    from bmshil.twin.canbus.station import Station


class Waiting:
    """The stations that want to send, but are not sending.

    Attributes:
        heap: order of arbitration, order of submission and station; the next one is first.
    """

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Station]] = []

    @property
    def stations(self) -> list[Station]:
        """All of them."""
        return [station for *_, station in self.heap]

    def push(self, station: Station) -> None:
        """Let the head of a station's queue take part in the arbitration, if there is one."""
        if station.queue:
            first = station.queue[0]
            heapq.heappush(self.heap, (first.key, first.order, station))

    def drop(self, stations: Collection[Station]) -> None:
        """Take stations out; those that do not wait are fine."""
        self.heap[:] = [head for head in self.heap if head[2] not in stations]
        heapq.heapify(self.heap)

    def next(self, free: Nanoseconds, roster: Roster) -> tuple[Nanoseconds, int, list[Station]]:
        """Find who begins next on a bus that is free from ``free`` on.

        Returns:
            When they begin, the order of arbitration of their frames, and those who begin together with equal
            identifiers, in the order of submission.
        """
        ready = sorted(
            (max(one.queue[0].submitted, free, one.ready), key, order, one) for key, order, one in self.heap
        )
        start, key, _, leader = ready[0]
        rate = roster.rate(leader)
        together = [one for when, its, _, one in ready if (when, its) == (start, key)]
        return start, key, [one for one in together if roster.rate(one) == rate]
