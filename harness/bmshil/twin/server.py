"""One thread that serves every instrument and read-back of the software bench through its doors."""

import heapq
import itertools
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol


class Conversation(Protocol):
    """One connected client."""

    def answer(self, received: bytearray) -> bytes | None:
        """Take complete requests out of `received` and return the replies; None hangs up."""


class Server:
    """Watches the files of all doors, answers at once, and never waits for simulated time."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake, self._alarm = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ, self._woken)
        self._jobs: deque[tuple[Callable[[], object], threading.Event]] = deque()
        self._late: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._closing: list[Callable[[], object]] = []
        self._stopping = False
        self._thread = threading.Thread(target=self._serve, name="twin-server", daemon=True)

    def watch(self, file: socket.socket | int, ready: Callable[[], object]) -> None:
        """Call `ready` whenever there is something to read."""
        self._selector.register(file, selectors.EVENT_READ, ready)

    def forget(self, file: socket.socket | int) -> None:
        """Watch a file no longer."""
        self._selector.unregister(file)

    def after(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something later, in real time; for the thread of the server."""
        heapq.heappush(self._late, (time.monotonic() + seconds, next(self._order), work))

    def do(self, work: Callable[[], object]) -> None:
        """Do something on the thread of the server, and wait for it."""
        if not self._thread.is_alive() or threading.current_thread() is self._thread:
            work()
            return
        done = threading.Event()
        self._jobs.append((work, done))
        self._alarm.send(b"x")
        while not done.wait(0.5) and self._thread.is_alive():
            pass

    def at_end(self, close: Callable[[], object]) -> None:
        """Call `close` when the server stops."""
        self._closing.append(close)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close all doors and connections and end the thread. May be called again."""
        if self._alarm.fileno() < 0:
            return
        if self._thread.ident is not None:
            self._stopping = True
            self._alarm.send(b"x")
            self._thread.join()
        for close in self._closing:
            close()
        self._selector.close()
        self._wake.close()
        self._alarm.close()

    def _serve(self) -> None:
        while not self._stopping:
            patience = max(0.0, self._late[0][0] - time.monotonic()) if self._late else None
            for key, _ in self._selector.select(patience):
                # A file may have gone by what was done for the one before.
                if self._selector.get_map().get(key.fd) is key:
                    key.data()
            while self._late and self._late[0][0] <= time.monotonic():
                heapq.heappop(self._late)[2]()

    def _woken(self) -> None:
        self._wake.recv(4096)
        while self._jobs:
            work, done = self._jobs.popleft()
            work()
            done.set()
