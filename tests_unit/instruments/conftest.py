"""An instrument that follows a script on a loopback socket, so that every byte sent is expected."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.instruments import Session
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IDENTITY = "BMSHIL,SCRIPT,1,1.0"
GREETING = (("*IDN?", IDENTITY), ("*CLS;*OPC?", "1"))
PATIENCE = 5.0
"""Longest wait of the script's own threads, s; only reached when a test fails."""


@dataclass
class Late:
    """A reply that is sent only once the test releases it."""

    text: str
    release: threading.Event = field(default_factory=threading.Event)
    sent: threading.Event = field(default_factory=threading.Event)


@dataclass
class HangUp:
    """The peer sends this much, without a line end, and closes the connection."""

    text: str = ""


Reply = str | bytes | Late | HangUp | None


class Script:
    """Expected lines and their replies, over all connections in order."""

    def __init__(self, *dialogue: tuple[str, Reply]) -> None:
        self.left = list(dialogue)
        self.surprises: list[str] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._closing = ExitStack()
        self._threads[0].start()

    @property
    def resource(self) -> str:
        return f"TCPIP::127.0.0.1::{self._listener.getsockname()[1]}::SOCKET"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._closing.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._closing.callback(_hang_up, connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = b""
        try:
            while chunk := connection.recv(4096):
                received += chunk
                while b"\n" in received:
                    line, received = received.split(b"\n", 1)
                    if not self._answer(connection, line.decode()):
                        return
        except OSError:
            return

    def _answer(self, connection: socket.socket, line: str) -> bool:
        expected, reply = self.left[0] if self.left else ("nothing more", None)
        if line != expected:
            self.surprises.append(f"got {line!r}, expected {expected!r}")
            _hang_up(connection)
            return False
        self.left.pop(0)
        match reply:
            case str():
                connection.sendall(reply.encode() + b"\n")
            case bytes():
                connection.sendall(reply)
            case Late():
                reply.release.wait(PATIENCE)
                connection.sendall(reply.text.encode() + b"\n")
                reply.sent.set()
            case HangUp():
                connection.sendall(reply.text.encode())
                _hang_up(connection)
                return False
        return True


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the other end was faster
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class Scripts:
    """Makes scripted instruments for one test."""

    late = Late
    hang_up = HangUp

    def __init__(self) -> None:
        self.made: list[Script] = []

    def __call__(self, *dialogue: tuple[str, Reply], greeted: bool = True) -> Script:
        """Start an instrument; ``greeted`` lets it first expect what every session opens with."""
        self.made.append(Script(*(GREETING if greeted else ()), *dialogue))
        return self.made[-1]


@pytest.fixture
def script() -> Iterator[Scripts]:
    """Scripted instruments; whatever was not expected, or expected and not sent, fails the test."""
    scripts = Scripts()
    yield scripts
    for one in scripts.made:
        one.close()
    assert [one.surprises for one in scripts.made] == [[] for _ in scripts.made]
    assert [one.left for one in scripts.made] == [[] for _ in scripts.made], "expected, but never sent"


@pytest.fixture
def journal() -> Journal:
    """A journal on simulated time, in memory."""
    return Journal(SimulatedTimeline())


@pytest.fixture
def session(journal: Journal) -> Iterator[Callable[..., Session]]:
    """Open sessions that are closed after the test."""
    opened: list[Session] = []

    def make(resource: str, **options: Any) -> Session:
        one = Session("supply", resource, journal=journal, **{"timeout": PATIENCE, **options})
        opened.append(one)
        one.open()
        return one

    yield make
    for one in opened:
        one.close()
