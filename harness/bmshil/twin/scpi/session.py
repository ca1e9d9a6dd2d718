"""A client's connection to one instrument: lines in, lines out."""

from bmshil.twin.scpi.engine import Instrument


class Session:
    """Reads messages that end with a line feed and answers with one."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument

    def answer(self, received: bytearray) -> bytes | None:
        """Carry out all complete messages; None when the instrument hangs up."""
        replies = b""
        while (end := received.find(b"\n")) >= 0:
            message = received[:end].decode("ascii", "replace")
            del received[: end + 1]
            faults = self._instrument.faults
            if faults.hang_up:
                return None
            reply = self._instrument.execute(message)
            if reply is not None and not faults.silent:
                replies += reply.encode("ascii") + b"\n"
        return replies
