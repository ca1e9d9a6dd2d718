"""Media that carry a stream of bytes: a TCP socket or a serial line, as pyvisa has opened it."""

from __future__ import annotations

import errno
import select
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyvisa.resources import MessageBasedResource
    from serial import Serial

LARGEST_TAKE = 1 << 16
"""Bytes looked at in one go; a longer reply takes several."""


class Stream(Protocol):
    """What a link needs of a medium. Every method may raise OSError, or whatever the VISA backend raises.

    Attributes:
        lasting: whether the line outlives its opening, so that an old answer may come after a new opening.
        timeout: how long sending may take, s; of a serial line only what it was opened with counts.
    """

    lasting: bool
    timeout: float

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

    pyvisa-py 0.8 spins until its timeout when the peer closes, and never says so; it keeps bytes to itself
    that came while it read; and it waits for ever for a peer that takes nothing. So all of that happens
    here, on the socket itself.

    Args:
        resource: open ``TCPIP::host::port::SOCKET`` resource.
        medium: the socket under it.
        timeout: how long sending may take, s.
    """

    lasting = False

    def __init__(self, resource: MessageBasedResource, medium: socket.socket, timeout: float) -> None:
        medium.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.medium = medium
        self._resource = resource
        self._receive = medium.recv
        self._poll = _poller(medium, select.POLLIN)
        self._room = _poller(medium, select.POLLOUT)

    def arrived(self, patience: float) -> bool:
        """Wait for bytes or for the end of the connection."""
        return bool(self._poll(patience * 1000))

    def take(self) -> bytes:
        """Take what has arrived."""
        taken = self._receive(LARGEST_TAKE)
        if not taken:
            raise ConnectionError("closed the connection")
        return taken

    def send(self, message: bytes) -> None:
        """Send all of it.

        Raises:
            ConnectionError: the other end does not take it in time.
        """
        while message:
            if not self._room(self.timeout * 1000):
                raise ConnectionError("takes no more bytes")
            message = message[self.medium.send(message, socket.MSG_DONTWAIT) :]

    def close(self) -> None:
        """Close the socket."""
        self._resource.close()


class SerialStream:
    """A serial line of pyvisa-py.

    pyvisa-py reads byte by byte and looks for terminators of its own, so the bytes are taken from the
    pyserial port under it, all that have arrived at once.

    Args:
        resource: open ``ASRL...::INSTR`` resource.
        medium: the port under it.
        timeout: how long sending may take, s.
    """

    lasting = True

    def __init__(self, resource: MessageBasedResource, medium: Serial, timeout: float) -> None:
        self.medium = medium
        self.timeout = timeout
        self._resource = resource
        self._poll = _poller(medium, select.POLLIN)

    def arrived(self, patience: float) -> bool:
        """Wait for bytes or for the end of the line."""
        return bool(self._poll(patience * 1000))

    def take(self) -> bytes:
        """Take what has arrived."""
        with _plugged_in():
            size = self.medium.in_waiting
            if size:
                return self.medium.read(size)
        raise ConnectionError("was unplugged, or another program reads this line too")

    def send(self, message: bytes) -> None:
        """Send all of it."""
        with _plugged_in():
            self.medium.write(message)

    def close(self) -> None:
        """Close the port."""
        self._resource.close()


@contextmanager
def _plugged_in() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # pyserial puts the system's error into the text of its own.
        if error.errno == errno.EIO or isinstance(error.__context__, OSError):
            raise ConnectionError(f"was unplugged: {error}") from error
        raise


def _poller(medium: socket.socket | Serial, what: int) -> Callable[[float], list[tuple[int, int]]]:
    poller = select.poll()
    poller.register(medium.fileno(), what)
    return poller.poll
