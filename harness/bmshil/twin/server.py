"""One thread that serves every instrument and read-back of the software bench over TCP on loopback."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from typing import Protocol


class Conversation(Protocol):
    """One connected client."""

    def answer(self, received: bytearray) -> bytes | None:
        """Take complete requests out of `received` and return the replies; None hangs up."""


class Server:
    """Listens on free ports, answers at once, and never waits for time."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._alarm = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, name="twin-server", daemon=True)

    def listen(self, converse: Callable[[], Conversation]) -> int:
        """Open a port; `converse` makes the conversation with each client. To be called before `start`."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ, converse)
        port: int = listener.getsockname()[1]
        return port

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close all ports and connections and end the thread. May be called again."""
        if self._alarm.fileno() < 0:
            return
        if self._thread.ident is not None:
            self._alarm.send(b"x")
            self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._drop(key.fileobj)
        self._selector.close()
        self._alarm.close()

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake:
                    return
                if isinstance(key.data, _Link):
                    if not key.data.serve():
                        self._drop(key.fileobj)
                else:
                    self._welcome(key.fileobj, key.data)

    def _welcome(self, listener: object, converse: Callable[[], Conversation]) -> None:
        assert isinstance(listener, socket.socket)  # noqa: S101 - for the type checker
        with contextlib.suppress(OSError):  # the client has gone again
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(client, selectors.EVENT_READ, _Link(client, converse()))

    def _drop(self, end: object) -> None:
        assert isinstance(end, socket.socket)  # noqa: S101 - for the type checker
        self._selector.unregister(end)
        end.close()


class _Link:
    """A connection and what came in on it so far."""

    def __init__(self, client: socket.socket, conversation: Conversation) -> None:
        self._client = client
        self._conversation = conversation
        self._received = bytearray()

    def serve(self) -> bool:
        """Read, answer; tell whether the connection stays."""
        try:
            chunk = self._client.recv(65536)
            if not chunk:
                return False
            self._received += chunk
            reply = self._conversation.answer(self._received)
            if reply:
                self._client.sendall(reply)
        except OSError:
            return False
        return reply is not None
