"""One instrument that speaks in bytes, not in lines: relay boards on serial lines."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bmshil.instruments.connection import Connection
from bmshil.instruments.streams import Stream
from bmshil.instruments.visa import open_stream

if TYPE_CHECKING:
    from bmshil.errors import InstrumentError

Whole = Callable[[bytes], bool]

LONGEST_DRAIN = 4
"""How many times the timeout late answers are waited for."""


class MisfitError(ConnectionError):
    """Bytes that cannot be the answer."""


class ByteSession(Connection[Stream]):
    """A conversation in bytes with one instrument.

    A reply that does not come in time, or comes with too few or too many bytes, ends the connection. Bytes
    say not which question they answer, so after that the line is listened to until it has been quiet for as
    long as a reply may take, before anything else is asked.

    Args: as :class:`~bmshil.instruments.connection.Connection`.
    """

    _spoilt = False

    def open(self) -> None:
        """Connect.

        Raises:
            InstrumentError: the line is missing or refused.
        """
        self._begin()

    def exchange(self, request: bytes, length: int, whole: Whole = lambda _reply: False) -> bytes:
        """Send a request and return the bytes that answer it.

        Args:
            request: all bytes of it.
            length: bytes of the answer.
            whole: tells of fewer bytes whether they are an answer already, such as a refusal.

        Raises:
            InstrumentError: too few bytes in time, too many, the line is lost, or the session is closed.
        """
        return self._said(request, length, whole)

    def tell(self, request: bytes) -> None:
        """Send a request that has no answer. What was said before, unasked, is thrown away.

        Raises:
            InstrumentError: the line is lost, or the session is closed.
        """
        self._said(request, 0, lambda _reply: False)

    def refused(self, request: bytes, cause: str) -> InstrumentError:
        """As :meth:`error`, for a request in bytes."""
        return self.error(words(request), cause)

    def _said(self, request: bytes, length: int, whole: Whole) -> bytes:
        command, reply = words(request), None
        with self._lock:
            stream = self._medium or self._connected()
            try:
                reply = _exchange(stream, request, length, whole, self._timeout)
            except BaseException as error:
                # A line that is gone owes nothing; any other one may still bring the answer.
                self._spoilt = not isinstance(error, OSError) or isinstance(error, TimeoutError | MisfitError)
                self._failed(command, error)
                raise
            finally:
                self._note(command, words(reply) if reply else None)
        return reply

    def _open(self) -> Stream:
        return open_stream(self.resource, self._timeout, self._settings)

    def _greet(self, medium: Stream) -> None:
        if self._spoilt and medium.lasting:
            _drain(medium, self._timeout)
        self._spoilt = False


def words(message: bytes) -> str:
    """Bytes as people write them: ``A0 01 01 A2``."""
    return message.hex(" ").upper()


def _exchange(stream: Stream, request: bytes, length: int, whole: Whole, timeout: float) -> bytes:
    if stream.arrived(0):
        spoken = stream.take()
        if length:
            raise MisfitError(f"sent {words(spoken[:40])} unasked")
    stream.send(request)
    deadline = time.monotonic() + timeout
    reply = b""
    while len(reply) < length and not whole(reply):
        if not stream.arrived(max(0.0, deadline - time.monotonic())):
            if reply:
                raise MisfitError(f"stopped after {len(reply)} of {length} bytes: {words(reply)}")
            raise TimeoutError
        reply += stream.take()
    if len(reply) > length:
        raise MisfitError(f"sent more than {length} bytes: {words(reply[:40])}")
    return reply


def _drain(stream: Stream, timeout: float) -> None:
    """Throw away the late answers to old questions, until nobody has spoken for as long as one may take."""
    deadline = time.monotonic() + LONGEST_DRAIN * timeout
    while stream.arrived(timeout):
        stream.take()
        if time.monotonic() > deadline:
            raise MisfitError("never stops talking")
