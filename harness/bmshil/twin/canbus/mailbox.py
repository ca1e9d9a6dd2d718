"""The mailbox of a bus object: what it has received, until a program takes it."""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import can

from bmshil.errors import TimelineError

if TYPE_CHECKING:
    from bmshil.timeline import Timeline

_FOREVER = 1e9  # s; a wait without a timeout on simulated time gives up here


class Mailbox:
    """Messages in the order in which they came. Waiting for one takes time of the timeline.

    Args:
        timeline: on simulated time, waiting lets its time pass.
        owner: name of the bus object, for errors.

    Attributes:
        put: takes a message in; from any thread.
    """

    def __init__(self, timeline: Timeline, owner: str) -> None:
        self._timeline = timeline
        self._owner = owner
        self._received: SimpleQueue[can.Message | None] = SimpleQueue()  # None: shut down
        self.put = self._received.put

    def close(self) -> None:
        """Let everybody who takes or waits know that nothing comes any more."""
        self._received.put(None)

    def take(self, timeout: float | None) -> can.Message | None:
        """Take the oldest message; None when none came.

        Args:
            timeout: longest wait, s; 0 looks and returns, None waits for ever.

        Raises:
            can.CanOperationError: the mailbox is closed, or on simulated time it would have to wait inside
                an event, or for ever.
        """
        received = self._received
        wait = timeout is None or timeout > 0
        if received.empty():
            if not wait:
                return None
            if self._timeline.simulated:
                self._let_time_pass(timeout)
                wait = False
        try:
            message = received.get(timeout=timeout) if wait else received.get_nowait()
        except Empty:
            return None
        if message is None:
            received.put(None)  # for others that wait
            raise can.CanOperationError(f"{self._owner} cannot receive: it is shut down")
        return message

    def _let_time_pass(self, timeout: float | None) -> None:
        """Advance simulated time until a message is there."""
        received = self._received
        try:
            arrived = self._timeline.until(
                lambda: not received.empty(), _FOREVER if timeout is None else timeout
            )
        except TimelineError as error:
            raise can.CanOperationError(f"{self._owner}: recv cannot wait: {error}") from error
        if timeout is None and not arrived:
            raise can.CanOperationError(f"{self._owner}: nothing is left that could ever be received")
