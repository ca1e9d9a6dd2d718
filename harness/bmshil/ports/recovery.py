"""The way of a controller back from bus-off: a rest, a restart, and no frame before it takes part again."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import can

    from bmshil.ports.adapters import Adapter
    from bmshil.ports.outbox import Outbox
    from bmshil.timeline import Timeline, Timer

RESTART_AFTER = 0.1
"""Pause before a controller that went bus-off is told to return, s: a disturbed bus needs its rest."""

RETURN_WITHIN = 0.5
"""A controller that was told to return and does not say that it has is tried after so long, s."""


class Recovery:
    """Brings one controller back from bus-off; again and again, if need be. Lives on the timeline.

    Args:
        timeline: gives the time.
        adapter: restarts the controller, or resets it.
        outbox: held meanwhile.
        bus: gives the bus object, None while there is none.
        reset: closes the adapter, resets it and opens it again.
        fail: called with the error when the driver fails.
    """

    def __init__(
        self,
        timeline: Timeline,
        adapter: Adapter,
        outbox: Outbox,
        *,
        bus: Callable[[], can.BusABC | None],
        reset: Callable[[], object],
        fail: Callable[[Exception], object],
    ) -> None:
        self._timeline = timeline
        self._adapter = adapter
        self._outbox = outbox
        self._bus = bus
        self._reset = reset
        self._fail = fail
        self._resting = False
        self._returning: Timer | None = None

    def begin(self) -> None:
        """The controller is bus-off; known or not."""
        self._forget_return()
        if self._resting:
            return
        self._resting = True
        bus = self._bus()
        if bus is not None:
            with suppress(Exception):  # what it still holds would be old when it is back
                self._adapter.flush(bus)
        self._outbox.hold()
        self._timeline.after(RESTART_AFTER, self._restart)

    def back(self) -> None:
        """The controller takes part again, or should by now."""
        if self._returning is not None:
            self._forget_return()
            self._outbox.release()

    def cancel(self) -> None:
        """Bring nothing back any more."""
        self._resting = False
        self._forget_return()

    def _forget_return(self) -> None:
        if self._returning is not None:
            self._returning.cancel()
            self._returning = None

    def _restart(self) -> None:
        wanted, self._resting = self._resting, False
        bus = self._bus()
        if bus is None or not wanted:
            return
        try:
            restarted = self._adapter.restart(bus)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self._fail(error)
            return
        if restarted:
            self._returning = self._timeline.after(RETURN_WITHIN, self.back)
        elif self._adapter.resets:
            self._reset()
        else:  # the driver or an operator must do it; frames that are taken show when
            self._outbox.release()
