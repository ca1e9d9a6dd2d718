"""What an attempt means for those who took part: who sent, who heard, who counts an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bmshil.twin.canbus.attempt import Attempt
    from bmshil.twin.canbus.roster import Roster
    from bmshil.twin.canbus.station import Pending, Station

LATE_FLAG = 6
"""Bits by which an attempt without acknowledgement is longer than a good frame, intermission included."""


class Fault(NamedTuple):
    """The error that one station found."""

    station: Station
    kind: str
    transmitting: bool


class Outcome(NamedTuple):
    """How an attempt ended.

    Attributes:
        sent: who sent the frame well.
        heard: who received it well; who only listens also hears what nobody acknowledges.
        faults: the errors found; their stations have counted them.
        flagged: whether an active error flag was on the bus.
        extra: bits that the attempt took longer than expected.
    """

    sent: tuple[tuple[Station, Pending], ...]
    heard: tuple[Station, ...]
    faults: tuple[Fault, ...]
    flagged: bool
    extra: int = 0


def settle(attempt: Attempt, roster: Roster) -> Outcome:
    """Count the errors of an attempt that is over, and say who sent and heard it."""
    if attempt.ending is not None:
        return _as_played(attempt)
    if roster.acknowledged(attempt):
        heard = tuple(one for one, rate in roster.others(attempt) if rate == attempt.bitrate)
        return Outcome(attempt.senders, heard, (), flagged=False)
    # The last station that could acknowledge left during the frame
    flagged = not all(one.passive for one, _ in attempt.senders)
    for one, _ in attempt.senders:
        one.punish(0 if one.passive else 8, 0)
    faults = tuple(Fault(one, "acknowledge", True) for one, _ in attempt.senders)
    listeners = [one for one, rate in roster.others(attempt) if rate == attempt.bitrate]
    return Outcome((), () if flagged else tuple(listeners), faults, flagged, LATE_FLAG)


def _as_played(attempt: Attempt) -> Outcome:
    ending = attempt.ending
    good = ending is not None and ending.good
    faults = []
    for party in attempt.parties:
        if party.kind is not None:
            party.station.punish(party.tec, party.rec)
            faults.append(Fault(party.station, party.kind, party.bits is not None))
    for jam in attempt.jams:
        jam.station.punish(0, 9 if jam.late else 1)
        faults.append(Fault(jam.station, "stuff", False))
    for station in attempt.deaf:
        station.punish(0, 1)
        faults.append(Fault(station, "stuff", False))
    # A passive flag after the acknowledge slot destroys nothing
    whole = good or all(party.kind == "acknowledge" for party in attempt.parties if party.bits is not None)
    running = {party.station for party in attempt.parties if party.running} if whole else set()
    return Outcome(
        tuple(one for one in attempt.senders if one[0] in running),
        tuple(one.station for one in attempt.parties if one.bits is None and one.station in running),
        tuple(faults),
        ending is not None and ending.flagged,
    )
