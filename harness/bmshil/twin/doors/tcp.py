"""A port on loopback."""

import contextlib
import socket
from collections.abc import Callable
from functools import partial
from typing import Protocol

from bmshil.twin.doors.exchange import Exchange
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server

_HERE = "127.0.0.1"


class Talk(Protocol):
    """What goes on over one connection."""

    def hear(self, chunk: bytes) -> bool:
        """Take what the client says, and answer; tell whether the connection stays."""

    def release(self) -> None:
        """Send what was held back, where nothing holds it back any more."""


MakeTalk = Callable[[Server, Conversation, Faults | None, Callable[[bytes], object]], Talk]
"""Makes a talk: who serves it, what it is about, what goes wrong, and where bytes go out."""


class TcpDoor:
    """Listens on a free port, which stays the same while it is unplugged.

    Args:
        server: who serves it.
        converse: makes the conversation with each client.
        faults: of what stands behind it.
        talk: the protocol around the conversation; plain bytes unless told otherwise.
        name: VISA resource name, with the port left out as ``{port}``.

    Attributes:
        port: where it listens.
        resource: VISA resource name.
    """

    def __init__(
        self,
        server: Server,
        converse: Callable[[], Conversation],
        faults: Faults | None = None,
        *,
        talk: MakeTalk = Exchange,
        name: str = "TCPIP::127.0.0.1::{port}::SOCKET",
    ) -> None:
        self._server = server
        self._converse = converse
        self._faults = faults
        self._make_talk = talk
        self._talks: dict[socket.socket, Talk] = {}
        self._listener: socket.socket | None = None
        # It never listens itself: it keeps the port from others while the door does not listen.
        self._reserved = socket.socket()
        self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._reserved.bind((_HERE, 0))
        self.port: int = self._reserved.getsockname()[1]
        self.resource = name.format(port=self.port)
        self._follow()
        server.at_end(self._close)
        if faults is not None:
            faults.watch(lambda: server.do(self._follow))

    def _follow(self) -> None:
        """Do what the faults say."""
        if self._reserved.fileno() < 0:
            return
        if self._faults is not None and self._faults.unplugged:
            self._unplug()
        elif self._listener is None:
            self._listener = socket.create_server((_HERE, self.port))
            self._listener.setblocking(False)
            self._server.watch(self._listener, self._welcome)
        for talk in self._talks.values():
            talk.release()

    def _unplug(self) -> None:
        for client in list(self._talks):
            self._drop(client)
        if self._listener is not None:
            self._server.forget(self._listener)
            self._listener.close()
            self._listener = None

    def _close(self) -> None:
        self._unplug()
        self._reserved.close()

    def _welcome(self) -> None:
        assert self._listener is not None  # noqa: S101 - for the type checker
        with contextlib.suppress(OSError):  # the client has gone again
            client, _ = self._listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._talks[client] = self._make_talk(
                self._server, self._converse(), self._faults, partial(self._send, client)
            )
            self._server.watch(client, partial(self._hear, client))

    def _hear(self, client: socket.socket) -> None:
        try:
            chunk = client.recv(65536)
            stays = bool(chunk) and self._talks[client].hear(chunk)
        except OSError:
            stays = False
        if not stays:
            self._drop(client)

    def _send(self, client: socket.socket, reply: bytes) -> None:
        with contextlib.suppress(OSError):  # it has gone: the next look tells
            client.sendall(reply)

    def _drop(self, client: socket.socket) -> None:
        if self._talks.pop(client, None) is not None:
            self._server.forget(client)
            client.close()
