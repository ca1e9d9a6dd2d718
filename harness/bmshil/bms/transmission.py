"""Messages on a pair of wires, and what is heard of those that overlap."""

from __future__ import annotations

BITS_PER_BYTE = 10
"""8N1: a start bit, eight data bits, a stop bit."""

IDLE = 0xFF
"""What AND leaves as it is: nobody drives."""


class Transmission:
    """One message of one station.

    Attributes:
        speaker: who says it.
        data: what it says.
        start: of its first bit, ns.
        end: of its last bit, ns.
        byte: duration of one byte, ns; not rounded.
    """

    __slots__ = ("byte", "data", "end", "speaker", "start")

    def __init__(self, speaker: object, data: bytes, start: int, baud: int) -> None:
        self.speaker = speaker
        self.data = data
        self.start = start
        self.byte = BITS_PER_BYTE * 1e9 / baud
        self.end = start + round(len(data) * self.byte)


class Clump:
    """Messages without a pause between them, in most cases only one.

    Attributes:
        parts: the messages.
        start: of the first, ns.
        end: of the last, ns.
        done: whether the others have heard it.
    """

    __slots__ = ("_into", "_taken", "done", "end", "parts", "start")

    def __init__(self, said: Transmission) -> None:
        self.parts = [said]
        self.start = said.start
        self.end = said.end
        self.done = False
        self._into: Clump | None = None
        self._taken = 0

    @property
    def whole(self) -> Clump:
        """The clump that has taken this one in, in the end; itself when none has."""
        clump = self
        while clump._into is not None:
            clump = clump._into
        return clump

    @property
    def speakers(self) -> tuple[object, ...]:
        """Who drives the wires."""
        return tuple(part.speaker for part in self.parts)

    def absorb(self, other: Clump) -> None:
        """Take in another one that overlaps this."""
        self._taken = max(self._taken, other._taken)
        self.parts += other.parts
        self.start = min(self.start, other.start)
        self.end = max(self.end, other.end)
        other._into = self

    def heard(self) -> bytes:
        """Return what arrives: one message as it is, several combined by AND where they overlap."""
        if len(self.parts) == 1:
            return self.parts[0].data
        byte = self.parts[0].byte
        mixed = bytearray()
        for part in self.parts:
            place = round((part.start - self.start) / byte)
            mixed.extend([IDLE] * (place + len(part.data) - len(mixed)))
            for offset, value in enumerate(part.data, place):
                mixed[offset] &= value
        return bytes(mixed)

    def take(self) -> bytes:
        """Return what has not been taken yet."""
        fresh = self.heard()[self._taken :]
        self._taken += len(fresh)
        return fresh
