"""What a receiver makes of the levels on a line, bit by bit: right, or garbled when two have driven it.

8N1: a start bit 0, eight data bits, the lowest first, a stop bit 1. Idle is 1. Two transceivers that drive
against each other are taken to end at 0 wherever one of them says 0.
"""

from collections.abc import Sequence
from typing import NamedTuple

BITS = 10


class Burst(NamedTuple):
    """Bytes without a pause between them.

    Attributes:
        data: the bytes.
        start: of the first bit, ns.
        baud: bit/s of the sender.
    """

    data: bytes
    start: int
    baud: int

    @property
    def end(self) -> int:
        """End of the last bit, ns."""
        return self.start + round(len(self.data) * BITS * 1e9 / self.baud)

    def level(self, when: float) -> int:
        """The level that this sender drives at a time, ns."""
        bit = int((when - self.start) * self.baud * 1e-9)
        if when < self.start or bit >= len(self.data) * BITS:
            return 1
        place = bit % BITS
        if place == 0:
            return 0
        return 1 if place > 8 else self.data[bit // BITS] >> (place - 1) & 1


def heard(bursts: Sequence[Burst], baud: int) -> bytes:
    """Return the bytes that a receiver at ``baud`` makes of what is on the line.

    As its hardware does it looks for a falling edge 16 times per bit, samples in the middle of the bits, and
    drops a byte whose stop bit is not there.
    """
    if len(bursts) == 1 and bursts[0].baud == baud:
        return bursts[0].data
    bit = 1e9 / baud
    when = float(min(one.start for one in bursts))
    end = max(one.end for one in bursts)
    data = bytearray()
    while when < end:
        if _level(bursts, when):
            when += bit / 16
            continue
        middle = when + bit / 2
        if _level(bursts, middle):  # a spike, no start bit
            when += bit / 16
            continue
        value = sum(_level(bursts, middle + (place + 1) * bit) << place for place in range(8))
        stop = _level(bursts, middle + 9 * bit)
        if stop:
            data.append(value)
        when = middle + 9 * bit
        while not stop and when < end:  # the line must be idle before another start bit can be seen
            when += bit / 16
            stop = _level(bursts, when)
    return bytes(data)


def _level(bursts: Sequence[Burst], when: float) -> int:
    return int(all(one.level(when) for one in bursts))
