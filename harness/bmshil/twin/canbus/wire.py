"""What happens bit by bit in a frame that does not go well.

Each controller that runs at the sender's bit rate is a ``Party``. In every bit the bus is dominant when one
of them, or somebody at another bit rate, makes it so. A party that finds an error sends its flag from the
next bit on, active or passive, and waits for the bus to become recessive. So flags overlap as they do on a
real wire, 6 to 12 bits, and each party counts what the standard has it count.

Not modelled: overload frames, and errors in the last bits of the end of frame.

Source: ISO 11898-1, error signalling and fault confinement (Bosch CAN 2.0 B, sections 6 to 8).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from bmshil.twin.canbus.bits import UNSTUFFED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.twin.canbus.station import Station

FLAG = 6
_DELIMITER_AND_INTERMISSION = 8 + 3
# Places after the CRC
_ACKNOWLEDGE_SLOT = 1
_ACKNOWLEDGE_DELIMITER = 2
_END_OF_FRAME = 9  # its last bit


class _Phase(Enum):
    RUN = auto()  # sends or receives the frame
    FLAG = auto()
    WAIT = auto()  # its flag is over, the bus not yet recessive
    DONE = auto()


@dataclass(slots=True)
class Party:
    """One controller in a frame.

    Attributes:
        station: whose controller it is.
        bits: what it sends, up to the end of the CRC; None for a receiver.
        hit: the bit that it alone sees wrong; -1 for none.
        kind: the error that it found; None while it found none.
        tec: what to add to its transmit error counter.
        rec: what to add to its receive error counter.
        flagged: whether it has sent an active error flag.
    """

    station: Station
    bits: bytes | None
    hit: int = -1
    kind: str | None = None
    tec: int = 0
    rec: int = 0
    flagged: bool = False
    _phase: _Phase = _Phase.RUN
    _passive: bool = False
    _sent: int = 0  # bits of its flag; of a passive one: equal bits in a row
    _level: int = -1
    _heard: bool = False  # somebody was dominant during its passive flag
    _waited: int = 0

    @property
    def running(self) -> bool:
        """Whether it found no error so far."""
        return self._phase is _Phase.RUN

    @property
    def done(self) -> bool:
        """Whether it has seen the bus recessive after its flag."""
        return self._phase is _Phase.DONE

    def output(self, bit: int, length: int, broken: bool = False) -> int:
        """Give the level that it sends.

        Args:
            bit: counted from the start bit.
            length: of the frame up to its CRC.
            broken: the frame has lost its sender before the end of its CRC, so that nobody acknowledges it.
        """
        if self._phase is _Phase.FLAG:
            return int(self._passive)
        if self._phase is not _Phase.RUN:
            return 1
        if self.bits is not None:
            return self.bits[bit] if bit < length else 1
        return int(bit != length + _ACKNOWLEDGE_SLOT or self.station.listen_only or broken)

    def see(self, bit: int, level: int, length: int, run: int, broken: bool) -> None:
        """Take in one bit of the bus, the ``run``-th equal one; ``broken``: it has no sender left."""
        if self._phase is _Phase.RUN:
            self.kind = self._judge(bit, level, length, run, broken)
            if self.kind is not None:
                self._phase = _Phase.FLAG
                self._passive = self.station.passive
                self.flagged = not self._passive
                self.rec += self.bits is None
        elif self._phase is _Phase.FLAG:
            self._flag(level)
        elif self._phase is _Phase.WAIT:
            self._wait(level)

    def _judge(self, bit: int, level: int, length: int, run: int, broken: bool) -> str | None:
        """Name the error in this bit."""
        place = bit - length
        if self.bits is None:
            if bit == self.hit or (place < 0 and run >= FLAG):
                return "stuff"
            if place >= _ACKNOWLEDGE_DELIMITER and broken:
                return "crc"
            return "form" if level == 0 and 0 <= place != _ACKNOWLEDGE_SLOT else None
        if place == _ACKNOWLEDGE_SLOT:
            return "acknowledge" if level else None
        return "bit" if bit == self.hit or level != self.output(bit, length) else None

    def _flag(self, level: int) -> None:
        self._heard |= level == 0
        self._sent = self._sent + 1 if not self._passive or level == self._level else 1
        self._level = level
        if self._sent == FLAG:
            self._phase = _Phase.WAIT
            quiet = self._passive and self.kind == "acknowledge" and not self._heard
            self.tec += 8 * (self.bits is not None and not quiet)

    def _wait(self, level: int) -> None:
        if level:
            self._phase = _Phase.DONE
            return
        self._waited += 1
        # A receiver counts the first dominant bit, everybody each eight in a row
        extra = 8 * ((self._waited == 1 and self.bits is None) + (self._waited % 8 == 0))
        if self.bits is None:
            self.rec += extra
        else:
            self.tec += extra


@dataclass(slots=True)
class Jam:
    """The active error flag of a controller at another bit rate, in bits of the sender.

    Attributes:
        station: whose flag it is.
        begin: first bit.
        end: first bit after it.
        late: whether the bus was still dominant then.
    """

    station: Station
    begin: int
    end: int
    late: bool = False

    def over(self, bit: int, level: int) -> int:
        """Put the flag over what others send in this bit."""
        self.late |= bit == self.end and level == 0
        return 0 if self.begin <= bit < self.end else level


class Ending(NamedTuple):
    """How a frame ended.

    Attributes:
        good: whether it was sent, and acknowledged.
        bits: from its start bit to the end of the intermission that follows.
        flagged: whether an active error flag was on the bus.
    """

    good: bool
    bits: int
    flagged: bool


def play(parties: Sequence[Party], jams: Sequence[Jam], begin: int) -> Ending:
    """Let a frame pass, from the bit in which something may go wrong.

    Args:
        parties: all controllers at the bit rate of the frame, senders first; changed in place.
        jams: flags of controllers at other bit rates; changed in place.
        begin: until this bit, at least 1, all senders send the same and nobody disturbs.
    """
    senders = [one for one in parties if one.bits is not None]
    length = min(len(one.bits or b"") for one in senders)
    last, run = _run_before(senders[0].bits or b"", begin)
    dominant = flag = 0  # the last bit of its kind
    broken = False
    bit = begin
    while True:
        lead = next((one for one in senders if one.running), None)
        if lead is not None:
            length, broken = len(lead.bits or b""), False
            if bit > length + _END_OF_FRAME:
                break
        elif all(one.done or (one.running and bit > length + _END_OF_FRAME) for one in parties):
            break
        else:
            broken |= bit < length  # after its CRC, receivers have no more need of the sender
        level = int(all(one.output(bit, length, broken) for one in parties))
        for jam in jams:
            level = jam.over(bit, level)
        run = run + 1 if level == last else 1
        last = level
        if level == 0:
            dominant = bit
        for one in parties:
            one.see(bit, level, length, run, broken)
        if not all(one.running or one.done for one in parties):
            flag = bit
        bit += 1
    flagged = any(one.flagged for one in parties) or any(jam.begin < bit for jam in jams)
    if lead is not None:
        return Ending(True, length + UNSTUFFED, flagged)
    # Passive flags alone leave no dominant bit behind: then the delimiter begins after the last of them
    return Ending(False, (dominant if flagged else flag) + 1 + _DELIMITER_AND_INTERMISSION, flagged)


def _run_before(bits: bytes, begin: int) -> tuple[int, int]:
    """Give the level of the bus before a bit, and for how many bits it has been there."""
    until = min(begin, len(bits))
    last = bits[until - 1]
    run = 1
    while run < until and bits[until - 1 - run] == last:
        run += 1
    return last, run
