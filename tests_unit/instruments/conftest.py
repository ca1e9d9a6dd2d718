"""An instrument that follows a script on a loopback socket, so that every byte sent is expected."""

from __future__ import annotations

import os
import select
import socket
import threading
import time
import tty
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.instruments import Session
from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.journal import Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IDENTITY = "BMSHIL,SCRIPT,1,1.0"
GREETING = (("*IDN?", IDENTITY), ("*CLS;*OPC?", "1"))
PATIENCE = 5.0
"""Longest wait of the script's own threads, s; only reached when a test fails."""
SETTLING = 1.0
"""How long a command without answer may be under way at the end of a test, s."""


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


def settle(condition: Callable[[], bool]) -> None:
    """Let what was sent last arrive; only a test that fails waits for long."""
    deadline = time.monotonic() + SETTLING
    while not condition() and time.monotonic() < deadline:
        threading.Event().wait(0.001)


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
        settle(lambda: not self.left or bool(self.surprises))
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


class ByteScript:
    """Expected requests in bytes and their replies, on a serial line; written as people do: "A0 01 01 A2"."""

    def __init__(self, *dialogue: tuple[str, str]) -> None:
        self.left = list(dialogue)
        self.surprises: list[str] = []
        self._device, self._host = os.openpty()
        tty.setraw(self._host)
        self.resource = f"ASRL{os.ttyname(self._host)}::INSTR"
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        settle(lambda: not self.left or bool(self.surprises))
        os.write(self._stopped, b"x")
        self._thread.join(PATIENCE)
        for file in (self._device, self._host, self._stop, self._stopped):
            os.close(file)

    def _serve(self) -> None:
        received = b""
        while self._stop not in select.select([self._device, self._stop], [], [])[0]:
            received += os.read(self._device, 4096)
            while received:
                expected, reply = self.left[0] if self.left else ("", "")
                wanted = bytes.fromhex(expected)
                if wanted.startswith(received) and wanted != received:
                    break  # the rest of it is under way
                if not wanted or not received.startswith(wanted):
                    self.surprises.append(f"got {received.hex(' ')!r}, expected {expected!r}")
                    received = b""
                    break
                self.left.pop(0)
                received = received[len(wanted) :]
                os.write(self._device, bytes.fromhex(reply))


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the other end was faster
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class Scripts:
    """Makes scripted instruments for one test."""

    late = Late
    hang_up = HangUp

    def __init__(self) -> None:
        self.made: list[Script | ByteScript] = []

    def __call__(self, *dialogue: tuple[str, Reply], greeted: bool = True) -> Script:
        """Start an instrument; ``greeted`` lets it first expect what every session opens with."""
        made = Script(*(GREETING if greeted else ()), *dialogue)
        self.made.append(made)
        return made

    def in_bytes(self, *dialogue: tuple[str, str]) -> ByteScript:
        """Start an instrument that speaks in bytes on a serial line: (request, reply), both in hex."""
        made = ByteScript(*dialogue)
        self.made.append(made)
        return made


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
def connect(script: Scripts, journal: Journal) -> Iterator[Callable[..., Any]]:
    """Connect a driver to a dialogue, which is in bytes if the driver is; everything in it has to be said.

    ``greeted=False`` leaves out what every session in lines opens with.
    """
    connected: list[Any] = []

    def make(driver: Any, *dialogue: Any, greeted: bool = True, **options: Any) -> Any:
        in_bytes = issubclass(driver, ByteInstrument)
        one = script.in_bytes(*dialogue) if in_bytes else script(*dialogue, greeted=greeted)
        connected.append(driver.connect("it", one.resource, journal=journal, **options))
        return connected[-1]

    yield make
    for one in connected:
        one.disconnect()


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
