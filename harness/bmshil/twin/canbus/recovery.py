"""The way back from bus-off: 128 times eleven recessive bits.

Eleven recessive bits in a row stand at the end of every frame and of every error frame; an idle bus has one
such row after the other. A station counts bits of its own length: one at a lower bit rate than the segment's
finds no row at the end of a frame.

Source: ISO 11898-1, fault confinement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.timeline import Nanoseconds

if TYPE_CHECKING:
    from bmshil.twin.canbus.station import Station

OCCURRENCES = 128
BITS = 11


class Recovery:
    """The stations of one segment that count their way back.

    Args:
        bitrate: of the segment, bit/s.
    """

    def __init__(self, bitrate: int) -> None:
        self._bitrate = bitrate
        # What is left to count, and since when the bus is idle
        self._left: dict[Station, tuple[int, int]] = {}

    def __bool__(self) -> bool:
        """Whether somebody is on the way."""
        return bool(self._left)

    def __contains__(self, station: Station) -> bool:
        """Whether ``station`` is on the way."""
        return station in self._left

    def begin(self, station: Station, since: int) -> None:
        """Start to count for ``station``; the bus is or will be idle from ``since`` on, ns."""
        self._left[station] = (OCCURRENCES, since)

    def forget(self, station: Station) -> None:
        """Stop to count; unknown stations are fine."""
        self._left.pop(station, None)

    def frame_begins(self, start: int) -> None:
        """Count the idle time before a frame, ns."""
        for station, (left, since) in self._left.items():
            idle = max(0, start - since) * self._rate(station) // (BITS * 1_000_000_000)
            self._left[station] = (left - idle, max(start, since))

    def frame_ends(self, end: int) -> list[Station]:
        """Count the eleven bits at the end of a frame; return who is back."""
        for station, (left, since) in self._left.items():
            rows = self._rate(station) // self._bitrate if end > since else 0
            self._left[station] = (left - rows, max(end, since))
        return self._take(end)

    def bus_is_idle(self, now: int) -> list[Station]:
        """Return who is back after the bus has been idle until ``now``."""
        return self._take(now)

    def due(self) -> Nanoseconds:
        """Tell when the first station is back if the bus stays idle; there must be one."""
        return Nanoseconds(min(map(self._back, self._left)))

    def _rate(self, station: Station) -> int:
        return station.bitrate or self._bitrate

    def _back(self, station: Station) -> int:
        left, since = self._left[station]
        return since + max(left, 0) * BITS * 1_000_000_000 // self._rate(station)

    def _take(self, now: int) -> list[Station]:
        back = [station for station in self._left if self._back(station) <= now]
        for station in back:
            del self._left[station]
        return back
