"""A client's connection to one instrument: lines in, lines out."""

from typing import ClassVar, Protocol


class Speaker(Protocol):
    """What carries out messages."""

    terminator: ClassVar[bytes]

    def execute(self, message: str) -> str | None:
        """Carry out one message; return its reply, or None when it asked nothing."""


class Session:
    """Reads messages that end with a line feed, and answers with one, or as its instrument ends its lines."""

    def __init__(self, instrument: Speaker) -> None:
        self._instrument = instrument

    def answer(self, received: bytearray) -> bytes:
        """Carry out all complete messages; return the replies."""
        replies = b""
        while (end := received.find(b"\n")) >= 0:
            message = received[:end].decode("ascii", "replace")
            del received[: end + 1]
            reply = self._instrument.execute(message)
            if reply is not None:
                replies += reply.encode("ascii") + self._instrument.terminator
        return replies
