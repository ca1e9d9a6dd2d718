"""Who is on a segment, and who hears and acknowledges whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.twin.canbus.attempt import Attempt
    from bmshil.twin.canbus.station import Station


class Roster:
    """The stations of a segment.

    Args:
        bitrate: of the segment, bit/s.

    Attributes:
        stations: in the order in which they came.
        hearing: those at the segment's bit rate that are not bus-off.
        acknowledging: how many of them are not listen-only.
        foreign: whether somebody who is not bus-off has another bit rate.
        counting: whether some error counter is above zero.
    """

    def __init__(self, bitrate: int) -> None:
        self._bitrate = bitrate
        self.stations: tuple[Station, ...] = ()
        self.hearing: tuple[Station, ...] = ()
        self.acknowledging = 0
        self.foreign = False
        self.counting = False

    def review(self) -> None:
        """Work the attributes out anew; to be called when a station came, left or changed its state."""
        present = [one for one in self.stations if not one.off]
        self.hearing = tuple(one for one in present if self.rate(one) == self._bitrate)
        self.acknowledging = sum(not one.listen_only for one in self.hearing)
        self.foreign = len(self.hearing) < len(present)
        self.recount()

    def recount(self) -> None:
        """Work out anew whether an error counter is above zero."""
        self.counting = any(one.tec or one.rec for one in self.stations)

    def rate(self, station: Station) -> int:
        """Give the bit rate of a station, bit/s."""
        return station.bitrate or self._bitrate

    def others(self, attempt: Attempt) -> list[tuple[Station, int]]:
        """List who hears an attempt and does not send it, each with its bit rate."""
        return [(one, self.rate(one)) for one in self.stations if not (one.off or attempt.sends(one))]

    def acknowledged(self, attempt: Attempt) -> bool:
        """Whether somebody who does not send it can acknowledge an attempt."""
        return any(not one.listen_only and rate == attempt.bitrate for one, rate in self.others(attempt))
