"""The CAN side of a device that is wired to its batteries by RS485 alone: nothing is plugged in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import can

    from bmshil.timeline import Nanoseconds


class NoBus:
    """Hears nothing, and what is sent goes nowhere.

    Attributes:
        on_frame: never called.
        connected: whatever the device makes of it.
    """

    def __init__(self) -> None:
        self.on_frame: Callable[[Nanoseconds, can.Message], object] | None = None
        self.connected = False

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        """Send a frame to nobody."""

    def shutdown(self) -> None:
        """Close nothing."""
