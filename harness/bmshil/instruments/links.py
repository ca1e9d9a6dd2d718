"""One open VISA resource as a link: a message goes out, one line comes back."""

from __future__ import annotations

import select
import socket
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyvisa.resources import MessageBasedResource

LARGEST_REPLY = 1 << 16
"""Bytes looked at in one go; a longer reply takes several."""

END = b"\n"


class Link(Protocol):
    """What a session needs of an open resource.

    Every method may raise TimeoutError, ConnectionError or whatever the VISA backend raises; after any of
    them the link is to be closed, since a late reply would answer the next question.
    """

    def ask(self, message: bytes) -> bytes:
        """Send a terminated message and return the terminated line that answers it."""

    def tell(self, message: bytes) -> None:
        """Send a terminated message that has no answer."""

    def skip(self) -> bytes:
        """Read one more line: used to get rid of answers to old questions."""

    def close(self) -> None:
        """Close the resource."""


class SocketLink:
    """A raw TCP socket of pyvisa-py.

    pyvisa-py 0.8 spins until its timeout when the peer closes, and never says so. So the wait happens here,
    on the socket itself, and pyvisa is asked for exactly the bytes that have arrived.

    Args:
        resource: open ``TCPIP::host::port::SOCKET`` resource without read termination.
        medium: the socket under it.
        timeout: how long a reply may take, s.
        close: how to close the resource.
    """

    def __init__(
        self,
        resource: MessageBasedResource,
        medium: socket.socket,
        timeout: float,
        close: Callable[[], object],
    ) -> None:
        medium.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._close = close
        self._handle = resource.session
        self._write = resource.visalib.write
        self._read = resource.visalib.read
        self._receive = medium.recv
        poller = select.poll()
        poller.register(medium, select.POLLIN)
        self._poll = poller.poll
        self._timeout = timeout

    def ask(self, message: bytes) -> bytes:
        """Send and wait for one line."""
        self.tell(message)
        return self.skip()

    def tell(self, message: bytes) -> None:
        """Send, after making sure that nobody closed or spoke unasked since the last exchange."""
        if self._poll(0):
            spoken = self._take()
            raise ConnectionError(f"sent {spoken!r} unasked")
        self._write(self._handle, message)

    def skip(self) -> bytes:
        """Wait for one line."""
        if not self._poll(self._timeout * 1000):
            raise TimeoutError
        reply = self._take()
        if not reply.endswith(END):
            reply = self._rest(reply)
        if reply.find(END) != len(reply) - 1:
            raise ConnectionError(f"sent more than one line: {reply!r}")
        return reply

    def close(self) -> None:
        """Close the socket."""
        self._close()

    def _take(self) -> bytes:
        size = len(self._receive(LARGEST_REPLY, socket.MSG_PEEK))
        if not size:
            raise ConnectionError("closed the connection")
        return self._read(self._handle, size)[0]

    def _rest(self, reply: bytes) -> bytes:
        deadline = time.monotonic() + self._timeout
        while not reply.endswith(END):
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll(left * 1000):
                raise ConnectionError(f"stopped in the middle of a reply: {reply[:80]!r}")
            reply += self._take()
        return reply


class MessageLink:
    """Any other resource, through pyvisa's own message functions: serial, VXI-11, HiSLIP, USB.

    Args:
        resource: open resource whose read termination is set.
    """

    def __init__(self, resource: MessageBasedResource) -> None:
        self._resource = resource

    def ask(self, message: bytes) -> bytes:
        """Send and wait for one line."""
        self._resource.write_raw(message)
        return self._resource.read_raw()

    def tell(self, message: bytes) -> None:
        """Send."""
        self._resource.write_raw(message)

    def skip(self) -> bytes:
        """Wait for one line."""
        return self._resource.read_raw()

    def close(self) -> None:
        """Close the resource."""
        self._resource.close()
