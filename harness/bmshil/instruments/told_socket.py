"""Sockets that say when the other end has gone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from _typeshed import WriteableBuffer

GONE = "closed the connection"


class ToldSocket(socket.socket):
    """A connection that raises where a plain socket returns nothing for ever.

    pyvisa-py 0.8 takes "nothing" for "not yet" in VXI-11, and in HiSLIP while it skips a message: it spins
    until its timeout, or for ever.
    """

    @classmethod
    def instead_of(cls, plain: socket.socket) -> Self:
        """Take a connection over; ``plain`` is closed."""
        patience = plain.gettimeout()
        told = cls(fileno=plain.detach())
        told.settimeout(patience)
        told.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return told

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """Receive at least one byte.

        Raises:
            ConnectionError: the other end has gone.
        """
        data = super().recv(size, flags)
        if not data and size:
            raise ConnectionError(GONE)
        return data

    def recv_into(self, buffer: WriteableBuffer, size: int = 0, flags: int = 0) -> int:
        """Receive at least one byte.

        Raises:
            ConnectionError: the other end has gone.
        """
        count = super().recv_into(buffer, size, flags)
        if not count and memoryview(buffer).nbytes:
            raise ConnectionError(GONE)
        return count


def tell_when_gone(interface: object) -> list[socket.socket]:
    """Replace the sockets under a VXI-11 or HiSLIP resource of pyvisa-py, and return the new ones."""
    told: list[socket.socket] = []
    for name in ("sock", "_sync", "_async"):
        plain = getattr(interface, name, None)
        if isinstance(plain, socket.socket):
            told.append(ToldSocket.instead_of(plain))
            setattr(interface, name, told[-1])
    return told
