"""Whether the frames that shall disturb a device were on the bus at all, by what another adapter heard.

A device that does not react to foreign frames has only shown something when these frames reached its cable.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bmshil.journal import Direction
from bmshil.journal.layouts import DIRECTION_MASK, ERROR, EXTENDED
from bmshil.timeline import to_ns, to_seconds

if TYPE_CHECKING:
    from bmshil.journal import Frame, Records
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds, Timeline

ENOUGH = 0.9
"""Share of the frames with each identifier that must have been heard."""

ON_ITS_WAY = 200_000_000
"""A frame sent so shortly before is not asked for yet, ns."""

Said = tuple[int, bool, bytes]
"""Identifier, whether it has 29 bits, and data."""


class Reached:
    """Sends for whoever disturbs, and remembers what it was told to send.

    Args:
        port: of the role disturber.
        timeline: stamps what is sent.

    Attributes:
        name: of the port.
    """

    def __init__(self, port: CanPort, timeline: Timeline) -> None:
        self.name = port.name
        self._port = port
        self._timeline = timeline
        self._sent: list[tuple[Nanoseconds, Said]] = []

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> None:
        """Send one frame, planned for now or a slot before; it counts as meant, whatever becomes of it."""
        self._sent.append((self._timeline.now, (frame.id, frame.extended, bytes(frame.data))))
        self._port.send(frame, planned)

    def missing(self, records: Records, ear: str, since: float) -> str:
        """What an ear has not heard since ``since`` (s), in words; empty when it heard enough.

        A bank that says the same as its second sender is heard for both: only where they differ is the
        second one told apart.

        Args:
            records: the journal.
            ear: role of the adapter that listens.
            since: begin of the test, s.
        """
        sent, self._sent = self._sent, []
        now, first = self._timeline.now, to_ns(since)
        meant = Counter(said for when, said in sent if first <= when <= now - ON_ITS_WAY)
        if not meant:
            return ""
        heard = _heard(records, ear, since, to_seconds(now))
        asked: Counter[tuple[int, bool]] = Counter()
        found: Counter[tuple[int, bool]] = Counter()
        for said, times in meant.items():
            asked[said[:2]] += times
            found[said[:2]] += min(times, heard[said])
        if all(found[one] >= ENOUGH * times for one, times in asked.items()):
            return ""
        return f"only {found.total()} of {asked.total()} disturbing frames were on the bus"


def _heard(records: Records, ear: str, start: float, end: float) -> Counter[Said]:
    """How often each frame came through at one adapter over a window, s."""
    rows = records.frames(start, end)
    flags = rows["flags"]
    received = ((flags & DIRECTION_MASK) == Direction.RECEIVED) & ((flags & ERROR) == 0)
    rows = rows[received & (rows["port"] == records.ports.index(ear))]
    lengths = rows["dlc"].tolist()
    data = (row[:length].tobytes() for row, length in zip(rows["data"], lengths, strict=True))
    extended = ((rows["flags"] & EXTENDED) != 0).tolist()
    return Counter(zip(rows["id"].tolist(), extended, data, strict=True))
