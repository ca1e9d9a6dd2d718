"""An attempt to send in which something may go wrong: who takes part, and how it will end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.twin.canbus.foreign import find_flag
from bmshil.twin.canbus.stream import stuffed_bits
from bmshil.twin.canbus.wire import Ending, Jam, Party, play

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.twin.canbus.station import Pending, Station


class Attempt(NamedTuple):
    """One attempt.

    Attributes:
        senders: who sends what; more than one when equal identifiers begin together.
        bitrate: at which they send, bit/s.
        parties: all controllers at this bit rate, the senders first; empty where nothing is expected to go
            wrong.
        jams: the error flags of controllers at other bit rates.
        deaf: controllers at other bit rates that cannot disturb.
        ending: how it will end; None where nothing is expected to go wrong.
        collision: whether the senders send different bits.
        sample: whether it stands for many that are like it.
    """

    senders: tuple[tuple[Station, Pending], ...]
    bitrate: int
    parties: tuple[Party, ...] = ()
    jams: tuple[Jam, ...] = ()
    deaf: tuple[Station, ...] = ()
    ending: Ending | None = None
    collision: bool = False
    sample: bool = False

    def bits(self, expected: int) -> int:
        """Give its length on the bus, intermission included, where a good frame has ``expected`` bits."""
        return expected if self.ending is None else self.ending.bits

    def repeats(self, attempt: Attempt) -> bool:
        """Whether ``attempt``, not yet played, is by the same senders with the same frames."""
        return self.ending is not None and self.senders == attempt.senders

    def sends(self, station: Station) -> bool:
        """Whether ``station`` is one of the senders."""
        return any(one is station for one, _ in self.senders)


def play_attempt(
    attempt: Attempt, others: Sequence[tuple[Station, int]], hit: tuple[Station, int] | None
) -> Attempt:
    """Let an attempt pass bit by bit.

    Args:
        attempt: who sends what.
        others: the other controllers that are not bus-off, each with its bit rate.
        hit: who alone sees which bit wrong, if anybody.
    """
    senders, bitrate, *_ = attempt
    parties = tuple(
        [Party(station, stuffed_bits(pending.message)) for station, pending in senders]
        + [Party(station, None) for station, rate in others if rate == bitrate]
    )
    streams = [party.bits or b"" for party in parties[: len(senders)]]
    begin = min(map(len, streams))
    if len(streams) > 1:
        levels = zip(*streams, strict=False)  # until the shortest ends
        begin = next((bit for bit, level in enumerate(levels) if len(set(level)) > 1), begin)
    for party in parties:
        if hit is not None and party.station is hit[0]:
            party.hit = hit[1]
            begin = min(begin, hit[1])
    foreign = [(station, rate) for station, rate in others if rate != bitrate]
    jams = tuple(find_flag(streams[0], bitrate, one, rate) for one, rate in foreign if not one.passive)
    begin = min([begin, *(jam.begin for jam in jams)])
    ending = play(parties, jams, begin)
    deaf = tuple(one for one, _ in foreign if one.passive)
    return Attempt(senders, bitrate, parties, jams, deaf, ending, any(one != streams[0] for one in streams))
