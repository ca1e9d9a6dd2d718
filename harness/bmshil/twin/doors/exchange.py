"""What one client says and hears, with everything that can go wrong in between."""

import time
from collections.abc import Callable
from functools import partial

from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server

_WRONG_BIT = 0x10


class Exchange:
    """Joins a conversation, in whatever language, to a door. For the thread of the server.

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
        self._server = server
        self._conversation = conversation
        self._faults = faults or Faults()
        self._send = send
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
            self._held.append(_damaged(reply, self._faults))
            self.release()
        return True

    def release(self) -> None:
        """Send what was held back while the instrument was busy."""
        if self._faults.busy:
            return
        held, self._held = self._held, []
        for reply in held:
            now = time.monotonic()
            # A reply never overtakes the one before.
            self._latest = max(self._latest, now + self._faults.delay)
            if self._latest <= now:
                self._send(reply)
            else:
                self._server.after(self._latest - now, partial(self._send, reply))


def _damaged(reply: bytes, faults: Faults) -> bytes:
    if faults.garble:
        # Not its end, so that the reply arrives and has to be looked at.
        damaged = bytes(
            byte ^ _WRONG_BIT if place % 2 == 0 else byte for place, byte in enumerate(reply[:-1])
        )
        reply = damaged + reply[-1:]
    return reply[: len(reply) // 2] if faults.half_line else reply
