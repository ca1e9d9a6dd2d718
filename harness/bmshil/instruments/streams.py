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

    pyvisa-py 0.8 spins until its timeout when the peer closes, and never says so; and it keeps bytes to
    itself that came while it read. So waiting and reading happen here, on the socket itself.

    Args:
        resource: open ``TCPIP::host::port::SOCKET`` resource.
        medium: the socket under it.
    """

    lasting = False

    def __init__(self, resource: MessageBasedResource, medium: socket.socket) -> None:
        medium.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.medium = medium
        self._resource = resource
        self._handle = resource.session
        self._write = resource.visalib.write
        self._receive = medium.recv
        self._poll = _poller(medium)

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
        """Send all of it."""
        self._write(self._handle, message)

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


def _poller(medium: socket.socket | Serial) -> Callable[[float], list[tuple[int, int]]]:
    poller = select.poll()
    poller.register(medium.fileno(), select.POLLIN)
    return poller.poll
