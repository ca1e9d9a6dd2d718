"""A serial device that is a program: a pseudo-terminal under a lasting name, and one thread to serve it."""

from __future__ import annotations

import contextlib
import os
import select
import threading
from collections import deque
from typing import TYPE_CHECKING

from bmshil.twin.doors.tty import Tty

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CHUNK = 65536


class PseudoTerminal:
    """A pseudo-terminal in raw mode with a symbolic link to it, there from the beginning.

    As with a USB adapter, what is written while no host has it open waits for the next one.

    Args:
        link: the name of the device; a link of that name is replaced in one step.
        arrived: gets what the host writes, on the thread of this terminal; must not block.
        capacity: bytes that may wait to be written, beyond what the tty itself holds (about 20 kB).

    Raises:
        PortError: there is no folder for the link, something else has its name, or the system has no
            pseudo-terminals left.
    """

    def __init__(self, link: Path, arrived: Callable[[bytes], object], *, capacity: int) -> None:
        self._arrived = arrived
        self._capacity = capacity
        self._lines: deque[bytes] = deque()
        # Bytes put in and written so far: each is changed by one thread only.
        self._put = 0
        self._written = 0
        self._stalled = False
        self._closing = False
        self._waking = False
        self._tty = Tty(link, "adapter")
        self._device = self._tty.device
        self._wake = os.eventfd(0)
        self._thread = threading.Thread(target=self._serve, name=f"adapter-{link.name}", daemon=True)

    def start(self) -> None:
        """Begin to serve it; what a host wrote meanwhile has waited."""
        self._thread.start()

    @property
    def room(self) -> int:
        """Bytes that can be written now."""
        return self._capacity - (self._put - self._written)

    def write(self, lines: bytes) -> None:
        """Queue ``lines`` for the host; never blocks. For one thread, after a look at ``room``."""
        self._put += len(lines)
        self._lines.append(lines)
        self._alarm()

    def stall(self, on: bool) -> None:
        """Neither read nor write while ``on``; what the host writes piles up in the tty."""
        self._stalled = on
        self._alarm()

    def close(self) -> None:
        """Unplug: the link goes, the host sees a hang-up. What waits to be written is lost."""
        if self._closing:
            return
        self._tty.remove_link()
        self._closing = True
        os.eventfd_write(self._wake, 1)
        if self._thread.ident is not None:
            self._thread.join()
        self._tty.close()
        os.close(self._wake)

    def _alarm(self) -> None:
        """Wake the thread up, once for all that it has not seen yet."""
        if not self._waking:
            self._waking = True
            os.eventfd_write(self._wake, 1)

    def _serve(self) -> None:
        poller = select.poll()
        poller.register(self._wake, select.POLLIN)
        rest = b""
        while True:
            if self._stalled:
                with contextlib.suppress(KeyError):
                    poller.unregister(self._device)
            else:
                poller.register(self._device, select.POLLIN | (select.POLLOUT if rest else 0))
            ready = dict(poller.poll())
            if self._wake in ready:
                os.eventfd_read(self._wake)
                # What is queued from here on wakes up again; what was queued before is seen below.
                self._waking = False
            if self._closing:
                return
            if self._stalled:
                continue
            if ready.get(self._device, 0) & select.POLLIN:
                with contextlib.suppress(BlockingIOError):
                    self._arrived(os.read(self._device, _CHUNK))
            rest = self._flush(rest)

    def _flush(self, rest: bytes) -> bytes:
        """Write what waits in one piece; return what the tty did not take."""
        lines = [rest]
        while self._lines:
            lines.append(self._lines.popleft())
        data = b"".join(lines)
        if not data:
            return data
        try:
            written = os.write(self._device, data)
        except BlockingIOError:
            written = 0
        self._written += written
        return data[written:]
