"""Media that carry a stream of bytes: a TCP socket or a serial line, as pyvisa has opened it."""

from __future__ import annotations

import select
import socket
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyvisa.resources import MessageBasedResource
    from serial import Serial

LARGEST_TAKE = 1 << 16
"""Bytes looked at in one go; a longer reply takes several."""


class Stream(Protocol):
    """What a link needs of a medium. Every method may raise OSError, or whatever the VISA backend raises.

    Attributes:
        lasting: whether the line outlives its opening, so that an old answer may come after a new opening.
    """

    lasting: bool

    def arrived(self, patience: float) -> bool:
        """Wait at most ``patience``, s, for bytes, or for the end of the line."""

    def take(self) -> bytes:
        """Take what has arrived.

        Raises:
            ConnectionError: the other end is gone.
        """

    def send(self, message: bytes) -> None:
        """Send all of it."""

    def close(self) -> None:
        """Close the resource."""


class SocketStream:
    """A raw TCP socket of pyvisa-py.

    pyvisa-py 0.8 spins until its timeout when the peer closes, and never says so. So the wait happens here,
    on the socket itself, and pyvisa is asked for exactly the bytes that have arrived.

    Args:
        resource: open ``TCPIP::host::port::SOCKET`` resource without read termination.
        medium: the socket under it.
        close: how to close the resource.
    """

    lasting = False

    def __init__(
        self, resource: MessageBasedResource, medium: socket.socket, close: Callable[[], object]
    ) -> None:
        medium.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.medium = medium
        self._close = close
        self._handle = resource.session
        self._write = resource.visalib.write
        self._read = resource.visalib.read
        self._receive = medium.recv
        self._poll = _poller(medium)

    def arrived(self, patience: float) -> bool:
        """Wait for bytes or for the end of the connection."""
        return bool(self._poll(patience * 1000))

    def take(self) -> bytes:
        """Take what has arrived."""
        size = len(self._receive(LARGEST_TAKE, socket.MSG_PEEK))
        if not size:
            raise ConnectionError("closed the connection")
        return self._read(self._handle, size)[0]

    def send(self, message: bytes) -> None:
        """Send all of it."""
        self._write(self._handle, message)

    def close(self) -> None:
        """Close the socket."""
        self._close()


class SerialStream:
    """A serial line of pyvisa-py.

    pyvisa-py reads byte by byte and looks for terminators of its own, so the bytes are taken from the
    pyserial port under it, all that have arrived at once.

    Args:
        resource: open ``ASRL...::INSTR`` resource.
        medium: the port under it.
    """

    lasting = True

    def __init__(self, resource: MessageBasedResource, medium: Serial) -> None:
        self.medium = medium
        self._resource = resource
        self._poll = _poller(medium)

    def arrived(self, patience: float) -> bool:
        """Wait for bytes or for the end of the line."""
        return bool(self._poll(patience * 1000))

    def take(self) -> bytes:
        """Take what has arrived."""
        size = self.medium.in_waiting
        if not size:
            raise ConnectionError("was unplugged, or another program reads this line too")
        return self.medium.read(size)

    def send(self, message: bytes) -> None:
        """Send all of it."""
        self.medium.write(message)

    def close(self) -> None:
        """Close the port."""
        self._resource.close()


def _poller(medium: socket.socket | Serial) -> Callable[[float], list[tuple[int, int]]]:
    poller = select.poll()
    poller.register(medium.fileno(), select.POLLIN)
    return poller.poll
