"""Bytes as they arrive, cut into frames."""

from __future__ import annotations

from bmshil.dialects.pylontech_rs485.frame import EOI, LONGEST, SOI


class Splitter:
    """Finds frames in a stream of bytes, however it is cut into pieces.

    A frame reaches from the last ``~`` before a carriage return to that return. It is not checked any
    further: see ``parse``. At most the bytes of one frame are kept.

    Attributes:
        noise: bytes dropped so far, because they belong to no frame.
    """

    def __init__(self) -> None:
        self.noise = 0
        self._kept = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes and return the frames that they complete, in order."""
        *lines, rest = (self._kept + data).split(EOI)
        frames = []
        for line in lines:
            start = line.rfind(SOI)
            if start < 0 or len(line) + 1 - start > LONGEST:
                self.noise += len(line) + 1
                continue
            self.noise += start
            frames.append(line[start:] + EOI)
        start = rest.rfind(SOI)
        self._kept = rest[start:] if start >= 0 and len(rest) - start < LONGEST else b""
        self.noise += len(rest) - len(self._kept)
        return frames

    def clear(self) -> None:
        """Forget the beginning of a frame, as after a silence on the line."""
        self.noise += len(self._kept)
        self._kept = b""
