"""A serial line that ends at a program: a pseudo-terminal."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from bmshil.twin.doors.exchange import Exchange
from bmshil.twin.doors.tty import Tty
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation, Server


class SerialDoor:
    """A serial device under a lasting name.

    The line has no notion of a connection: whoever opens it goes on with the conversation that the one
    before left. Only plugging it in again begins a new one.

    Args:
        server: who serves it.
        link: name of the device.
        converse: makes the conversation.
        faults: of what stands behind it.

    Raises:
        PortError: the device cannot be made.
    """

    def __init__(
        self, server: Server, link: Path, converse: Callable[[], Conversation], faults: Faults
    ) -> None:
        self._server = server
        self._link = link
        self._converse = converse
        self._faults = faults
        self._tty: Tty | None = None
        self._closed = False
        self._follow()
        server.at_end(self._close)
        faults.watch(lambda: server.do(self._follow))

    @property
    def resource(self) -> str:
        """VISA resource name."""
        return f"ASRL{self._link}::INSTR"

    def _follow(self) -> None:
        """Do what the faults say."""
        if self._closed:
            return
        if self._faults.unplugged:
            self._unplug()
        elif self._tty is None:
            self._plug_in()
        else:
            self._exchange.release()

    def _plug_in(self) -> None:
        self._tty = Tty(self._link, "instrument")
        self._exchange = Exchange(self._server, self._converse(), self._faults, self._sender(self._tty))
        self._server.watch(self._tty.device, self._hear)

    def _unplug(self) -> None:
        if self._tty is not None:
            self._server.forget(self._tty.device)
            self._tty.close()
            self._tty = None

    def _close(self) -> None:
        self._closed = True
        self._unplug()

    def _hear(self) -> None:
        assert self._tty is not None  # noqa: S101 - for the type checker
        try:
            chunk = os.read(self._tty.device, 65536)
        except BlockingIOError:
            return
        if not self._exchange.hear(chunk):
            self._unplug()
            self._follow()

    def _sender(self, tty: Tty) -> Callable[[bytes], None]:
        def send(reply: bytes) -> None:
            # A reply that was late may find its line gone. What nobody reads is lost, as on a real line.
            if self._tty is tty:
                with contextlib.suppress(BlockingIOError):
                    os.write(tty.device, reply)

        return send
