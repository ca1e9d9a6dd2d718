"""One open VISA resource as a link: a message goes out, one line comes back."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyvisa.resources import MessageBasedResource

    from bmshil.instruments.streams import Stream

END = b"\n"
"""What ends a line, both ways, unless the settings of a resource say otherwise."""


class Link(Protocol):
    """What a session needs of an open resource.

    Every method may raise TimeoutError, ConnectionError or whatever the VISA backend raises; after any of
    them the link is to be closed, since a late reply would answer the next question.

    Attributes:
        lasting: whether the answer to an old question may still come.
        timeout: how long a reply may take, s.
    """

    lasting: bool
    timeout: float

    def ask(self, message: bytes) -> bytes:
        """Send a message, which gets its line end here, and return the line that answers it."""

    def tell(self, message: bytes) -> None:
        """Send a message that has no answer."""

    def skip(self) -> bytes:
        """Return the last of the lines that arrive next: those before it answered old questions."""

    def close(self) -> None:
        """Close the resource."""


class LineLink:
    """Lines over a stream of bytes.

    Args:
        stream: the open medium.
        timeout: how long a reply may take, s.
        write_end: what ends a message.
        read_end: what ends a reply.
    """

    def __init__(
        self, stream: Stream, timeout: float, *, write_end: bytes = END, read_end: bytes = END
    ) -> None:
        self.stream = stream
        self.lasting = stream.lasting
        self.timeout = timeout
        self._write_end = write_end
        self._end = read_end
        self._send = stream.send
        self._arrived = stream.arrived
        self._take = stream.take

    def ask(self, message: bytes) -> bytes:
        """Send and wait for one line."""
        self.tell(message)
        reply = self._read()
        if reply.find(self._end) != len(reply) - len(self._end):
            raise ConnectionError(f"sent more than one line: {reply[:80]!r}")
        return reply

    def tell(self, message: bytes) -> None:
        """Send, after making sure that nobody closed or spoke unasked since the last exchange."""
        if self._arrived(0):
            spoken = self._take()
            raise ConnectionError(f"sent {spoken[:80]!r} unasked")
        self._send(message + self._write_end)

    def skip(self) -> bytes:
        """Wait for lines and return the last of them."""
        return self._read().splitlines()[-1]

    def close(self) -> None:
        """Close the medium."""
        self.stream.close()

    def _read(self) -> bytes:
        if not self._arrived(self.timeout):
            raise TimeoutError
        reply = self._take()
        return reply if reply.endswith(self._end) else self._rest(reply)

    def _rest(self, reply: bytes) -> bytes:
        deadline = time.monotonic() + self.timeout
        while not reply.endswith(self._end):
            left = deadline - time.monotonic()
            if left <= 0 or not self._arrived(left):
                raise ConnectionError(f"stopped in the middle of a reply: {reply[:80]!r}")
            reply += self._take()
        return reply


class MessageLink:
    """Any other resource, through pyvisa's own message functions: VXI-11, HiSLIP, USB.

    They say themselves where a message ends, so that no terminator is looked for.

    Args:
        resource: open resource without read termination.
        sockets: under it, if it goes over a network.
        lasting: whether the answer to an old question may still come.
    """

    def __init__(
        self, resource: MessageBasedResource, sockets: Sequence[socket.socket] = (), *, lasting: bool = True
    ) -> None:
        self.lasting = lasting
        self._resource = resource
        self._sockets = sockets
        self._broken = False

    @property
    def timeout(self) -> float:
        """How long a reply may take, s."""
        return self._resource.timeout / 1000

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        self._resource.timeout = seconds * 1000

    def ask(self, message: bytes) -> bytes:
        """Send and wait for one message."""
        self.tell(message)
        return self.skip()

    def tell(self, message: bytes) -> None:
        """Send."""
        with self._watched():
            self._resource.write_raw(message + END)

    def skip(self) -> bytes:
        """Wait for one message."""
        with self._watched():
            return self._resource.read_raw()

    def close(self) -> None:
        """Close the resource. One that went wrong is not asked to agree, since that may take 5 s."""
        if self._broken:
            for medium in self._sockets:
                with suppress(OSError):  # gone already
                    medium.shutdown(socket.SHUT_RDWR)
        self._resource.close()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._broken = True
            raise
