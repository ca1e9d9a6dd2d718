"""A conversation with somebody who listens: what was said to an instrument, and when."""

import time
from collections.abc import Callable

from bmshil.twin.server import Conversation

Hear = Callable[[float, bytes, bytes | None], object]
"""Gets when a request arrived (s of `time.monotonic`), the request, and what it was answered with."""


class Overheard:
    """Passes everything on, and tells it when it was answered.

    Args:
        conversation: with the client.
        hear: is told each request.
    """

    def __init__(self, conversation: Conversation, hear: Hear) -> None:
        self._conversation = conversation
        self._hear = hear

    def answer(self, received: bytearray) -> bytes | None:
        """Answer as the conversation does."""
        arrived = time.monotonic()
        before = bytes(received)
        reply = self._conversation.answer(received)
        request = before[: len(before) - len(received)]
        if request or reply is None:
            self._hear(arrived, request, reply)
        return reply
