"""What one client says and hears, with everything that can go wrong in between."""

import time
from collections.abc import Callable
from functools import partial

from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server

_WRONG_BIT = 0x10


class Answers:
    """What an instrument says, in whatever language, when it says it. For the thread of the server.

    Args:
        server: who serves it.
        conversation: with this client.
        faults: of the instrument.
        say: gets each reply in its time.
    """

    def __init__(
        self,
        server: Server,
        conversation: Conversation,
        faults: Faults,
        say: Callable[[bytes], object],
    ) -> None:
        self._server = server
        self._conversation = conversation
        self._faults = faults
        self._say = say
        self._received = bytearray()
        self._held: list[bytes] = []
        self._latest = 0.0

    def hear(self, chunk: bytes) -> bool:
        """Take what the client says, and answer; tell whether the connection stays."""
        if self._faults.hang_up:
            return False
        self._received += chunk
        reply = self._conversation.answer(self._received)
        if reply is None:
            return False
        if reply and not self._faults.silent:
            self._held.append(garbled(reply, self._faults))
            self.release()
        return True

    def release(self) -> None:
        """Say what was held back while the instrument was busy."""
        if self._faults.busy:
            return
        held, self._held = self._held, []
        for reply in held:
            now = time.monotonic()
            # A reply never overtakes the one before.
            self._latest = max(self._latest, now + self._faults.delay)
            if self._latest <= now:
                self._say(reply)
            else:
                self._server.after(self._latest - now, partial(self._say, reply))


class Exchange(Answers):
    """Joins a conversation to a door that carries plain bytes.

    Args:
        server: who serves the door.
        conversation: with this client.
        faults: of the instrument; None where nothing goes wrong.
        send: gives bytes to the client.
    """

    def __init__(
        self,
        server: Server,
        conversation: Conversation,
        faults: Faults | None,
        send: Callable[[bytes], object],
    ) -> None:
        faults = faults or Faults()
        super().__init__(server, conversation, faults, lambda reply: send(cut(reply, faults)))


def garbled(message: bytes, faults: Faults) -> bytes:
    """Return a message as it arrives: not its end, so that it does arrive and has to be looked at."""
    if not faults.garble:
        return message
    body = bytes(byte ^ _WRONG_BIT if place % 2 == 0 else byte for place, byte in enumerate(message[:-1]))
    return body + message[-1:]


def cut(message: bytes, faults: Faults) -> bytes:
    """Return as much of a message as arrives."""
    return message[: len(message) // 2] if faults.half_line else message
