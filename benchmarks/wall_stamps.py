"""When frames were sent on python-can's ``virtual`` bus, and how late that was."""

from __future__ import annotations

from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import can
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

EARLIEST = 0.1
"""A frame is at most so much earlier than the usual one, in periods."""

Key = tuple[int, bool]
"""Identifier, and whether it has 29 bits."""


class Stamps:
    """Stands where a listener's queue would stand and keeps nothing but the times.

    The bus stamps each frame when it is sent. No thread wakes up for it and no message is kept, so that
    listening costs the senders next to nothing, and both sides of a comparison the same.

    Attributes:
        times: of sending, s, by identifier.
    """

    def __init__(self) -> None:
        self.times: dict[Key, array[float]] = {}

    def put(self, message: can.Message, *_: object, **__: object) -> None:
        """Take what the bus hands to a listener."""
        key = message.arbitration_id, message.is_extended_id
        times = self.times.get(key)
        if times is None:
            times = self.times[key] = array("d")
        times.append(message.timestamp)

    def clear(self) -> None:
        """Forget what was sent so far."""
        self.times = {}


@contextmanager
def listening(channel: str) -> Iterator[Stamps]:
    """Listen to a ``virtual`` channel without a thread."""
    bus: Any = can.Bus(interface="virtual", channel=channel, ignore_config=True)
    stamps = Stamps()
    bus.channel[bus.channel.index(bus.queue)] = stamps
    bus.queue = stamps
    try:
        yield stamps
    finally:
        bus.shutdown()


def punctuality(times: Mapping[Key, array[float]], periods: Mapping[Key, float]) -> dict[str, float]:
    """Lay every message onto its grid.

    Args:
        times: of sending, s.
        periods: of the messages, s.

    Returns:
        Lateness in ms, the grid being the one that the most punctual frame of the message lies on, up to nine
        tenths of a period, because a frame that is later than that counts for the next slot; the smallest
        distance of two sends of one message in periods; frames, messages, and frames missing from
        the grids.
    """
    late: list[float] = []
    missing = 0
    closest = float("inf")
    for key, stamps in times.items():
        if len(stamps) < 2:
            continue
        sent, period = np.array(stamps), periods[key]
        # The median says where in its period a frame usually comes; none is much earlier, many may be later.
        turns = (sent - sent[0]) / period
        usual = np.median(turns - np.round(turns))
        places = np.floor(turns - usual + EARLIEST)
        behind = sent - sent[0] - places * period
        late.extend(behind - behind.min())
        missing += int(places[-1] - places[0]) + 1 - len(sent)
        closest = min(closest, float(np.diff(sent).min()) / period)
    p50, p99, p999 = np.percentile(np.array(late) * 1e3, [50, 99, 99.9])
    return {
        "messages": len(times),
        "frames": len(late),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
        "p99.9_ms": float(p999),
        "max_ms": max(late) * 1e3,
        "smallest_gap_periods": closest,
        "missing": missing,
    }
