"""Watching a harness: until it has done, has died, or is silent for longer than it has said."""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

import msgspec

from bmshil.safety.guard.killing import has_ended
from bmshil.safety.guard.messages import (
    Beat,
    Energise,
    FromHarness,
    Heard,
    Permitted,
    Release,
    Trouble,
    receive,
    send,
)

if TYPE_CHECKING:
    import socket

    from bmshil.safety.guard.permit_keeper import PermitKeeper

FIRST_BEAT = 3.0
"""How long the first beat may take after the guard was ready, s; nothing is on yet."""

LONGEST_POLL = 1.0
"""How long one look waits at most, s: whatever happens to its timers, the guard looks at the clock."""


class HarnessWatch:
    """Listens to the harness.

    The lease is compared with the clock only after everything that was sent has been read, so that a guard
    which was held up itself blames nobody for its own delay.

    Args:
        line: the guard's end.
        harness: descriptor of the harness's process.
        lease: s, for words.
    """

    def __init__(self, line: socket.socket, harness: int, lease: float) -> None:
        self._line = line
        self._harness = harness
        self._lease = lease
        self._beat = time.monotonic() + FIRST_BEAT
        self._open = True
        self._released: Release | None = None
        self.permit: PermitKeeper | None = None

    @property
    def fresh(self) -> bool:
        """Whether the lease holds."""
        return time.monotonic() < self._beat

    def wait(self) -> Release | str:
        """Wait until the harness has done, or there is a reason to step in; returns that reason."""
        poller = select.poll()
        poller.register(self._line, select.POLLIN)
        poller.register(self._harness, select.POLLIN)
        while True:
            left = self._beat - time.monotonic()
            poller.poll(max(0.0, min(left, LONGEST_POLL)) * 1000 + 1)
            self._read()
            if self._released is not None:
                return self._released
            if not self._open or has_ended(self._harness, 0.0):
                return "the harness has died"
            if not self.fresh:
                return f"the harness is silent: its lease of {self._lease:g} s has run out"

    def deserted(self) -> bool:
        """Whether nobody holds the harness's end of the line any more."""
        self._released = None
        self._read()
        return not self._open

    def tell(self, message: msgspec.Struct) -> None:
        """Tell the harness something; one that does not read must not hold up the guard."""
        try:
            send(self._line, message)
        except OSError:
            return

    def tell_permit(self, closed: bool, cause: str) -> None:
        """Tell how the permit relay stands."""
        self.tell(Permitted(closed, cause))
        if cause and self.fresh:
            self.tell(Trouble(f"permit: {cause}"))

    def _read(self) -> None:
        heard = False
        while self._open and self._released is None:
            try:
                message = receive(self._line, FromHarness, wait=False)  # type: ignore[arg-type]  # a union is a type form
            except BlockingIOError:
                break
            except msgspec.MsgspecError:
                # Whoever speaks so is not to be trusted with outputs: as if it had died.
                message = None
            if message is None:
                self._open = False
                break
            heard = True
            self._take(message)
        if heard:
            self.tell(Heard())

    def _take(self, message: FromHarness) -> None:
        match message:
            case Beat(until):
                self._beat = until
            case Energise(on):
                if self.permit is None:
                    self.tell(Permitted(on))
                else:
                    self.permit.want(on)
            case Release():
                self._released = message
