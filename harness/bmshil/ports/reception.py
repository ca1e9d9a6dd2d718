"""What becomes of what an adapter hands over: a frame of others, an echo of an own one, or an error frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bmshil.journal import Direction, Frame
from bmshil.timeline import Nanoseconds

if TYPE_CHECKING:
    import can

    from bmshil.journal import Journal
    from bmshil.ports.health import PortHealth
    from bmshil.ports.link import Link
    from bmshil.ports.outbox import Outbox
    from bmshil.ports.supervisor import Supervisor

Listener = Callable[[Nanoseconds, Frame], object]
"""Is told when a frame has ended, and which."""


class Reception:
    """Writes what arrives into the journal, counts it, and hands it to those who listen.

    Args:
        index: of the port in the journal.
        journal: where frames are written.
        health: counts.
        link: how the adapter was opened.
        outbox: knows what was sent, and is confirmed.
        supervisor: hears of error frames, and of what passes while an outage is in doubt.
    """

    def __init__(
        self,
        index: int,
        journal: Journal,
        health: PortHealth,
        *,
        link: Link,
        outbox: Outbox,
        supervisor: Supervisor,
    ) -> None:
        self._index = index
        self._journal = journal
        self._health = health
        self._link = link
        self._outbox = outbox
        self._supervisor = supervisor
        self._listeners: tuple[Listener, ...] = ()
        self._sent_listeners: tuple[Listener, ...] = ()

    def subscribe(self, listener: Listener) -> None:
        """Hand every frame from others to ``listener(when, frame)``, on the timeline."""
        self._listeners = (*self._listeners, listener)

    def subscribe_sent(self, listener: Listener) -> None:
        """Hand every own frame to ``listener`` once confirmed (or at once without confirmation)."""
        self._sent_listeners = (*self._sent_listeners, listener)

    def take(self, when: Nanoseconds, message: can.Message) -> None:
        """Take in one message; an adapter that hands over calls this itself."""
        frame = Frame(
            message.arbitration_id, bytes(message.data), message.is_extended_id, message.is_remote_frame
        )
        if message.is_error_frame:
            self._health.error_frames += 1
            self._journal.frame(self._index, when, Direction.RECEIVED, frame, error=True)
            self._supervisor.take_error(frame)
            return
        if message.is_rx or self._link.settings.listen_only or not self._outbox.confirmed(frame, when):
            self._health.received += 1
            self._journal.frame(self._index, when, Direction.RECEIVED, frame)
            if self._supervisor.doubtful:
                self._supervisor.proven(confirmed=False)
            listeners = self._listeners
        else:
            self._health.confirmed += 1
            self._journal.frame(self._index, when, Direction.SENT, frame)
            if self._supervisor.doubtful:
                self._supervisor.proven(confirmed=True)
            listeners = self._sent_listeners
        for listener in listeners:
            listener(when, frame)

    def unconfirmed(self, when: Nanoseconds, frame: Frame) -> None:
        """Take an own frame for sent that the adapter has taken, because it never confirms one."""
        self._journal.frame(self._index, when, Direction.UNCONFIRMED, frame)
        for listener in self._sent_listeners:
            listener(when, frame)
