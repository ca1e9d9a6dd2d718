"""Holding the permit relay of a twin inside this process, where no guard does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.instruments import Permit
    from bmshil.timeline import Periodic, Timeline

HOLDS = 3.0
"""The relay is told to stay closed for so many intervals."""


class PermitHold:
    """Re-arms the relay on the timeline: what else would stop with this process stops with it too.

    Args:
        timeline: gives the time.
        permit: the relay.
        interval: between two messages, s.
    """

    def __init__(self, timeline: Timeline, permit: Permit, interval: float) -> None:
        self._timeline = timeline
        self._permit = permit
        self._interval = interval
        self._slots: Periodic | None = None

    def start(self) -> None:
        """Close it, and keep it closed.

        Raises:
            InstrumentError: it refused.
        """
        self.hold()
        if self._slots is None:
            self._slots = self._timeline.every(
                self._interval,
                lambda: self._timeline.offload("permit", self.hold, lambda _: None),
                phase=self._interval,
            )

    def hold(self) -> None:
        """Tell it once.

        Raises:
            InstrumentError: it refused.
        """
        self._permit.hold(HOLDS * self._interval)

    def stop(self) -> None:
        """Open it.

        Raises:
            InstrumentError: it refused; it opens by itself soon.
        """
        self.cancel()
        self._permit.off()

    def cancel(self) -> None:
        """Tell it nothing more: it opens by itself."""
        if self._slots is not None:
            self._slots.cancel()
            self._slots = None
