"""Serial adapters that speak slcan: the only ones that must be asked whether they still live."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bmshil.errors import PortError
from bmshil.ports.adapters.base import Adapter, Settings
from bmshil.ports.capability import Capability
from bmshil.ports.news import News, Refused, State
from bmshil.ports.trouble import Trouble, What

if TYPE_CHECKING:
    from collections.abc import Mapping

    import can

    from bmshil.ports.adapters.slcan_bus import SlcanBus

QUIET = 0.5
"""Distance of two questions for version and status, s."""

PATIENCE = 0.5
"""An adapter that leaves a question or written bytes for so long has stalled, s."""


class Slcan(Adapter):
    """An adapter such as the CANable, on a serial line.

    A stalled adapter looks like a silent bus, so it is asked for version and status now and then.
    Some firmware never answers: then silence proves nothing, and is not held against it.
    """

    def __init__(self, interface: str, channel: str, options: Mapping[str, Any]) -> None:
        super().__init__(interface, channel, options)
        self._answers = False

    @property
    def capabilities(self) -> Capability:
        """No echo, no error frames, no clock of its own."""
        return Capability.LISTEN_ONLY | Capability.FLUSH

    def open(self, settings: Settings) -> can.BusABC:
        """Open line and channel.

        Raises:
            PortError: an adapter that used to answer does not.
        """
        from bmshil.ports.adapters.slcan_bus import SlcanBus  # noqa: PLC0415 - python-can is slow to import

        bus = SlcanBus(
            self.channel, bitrate=settings.bitrate, listen_only=settings.listen_only, **self.options
        )
        if self._answers and not bus.answers:
            self.close(bus)
            raise PortError(f"slcan {self.channel} is there, but does not answer: plug it in again")
        self._answers = bus.answers
        return bus

    def drain(self, bus: SlcanBus) -> int:  # type: ignore[override]  # made by open
        """What came between opening the line and opening the channel."""
        return bus.drained

    def check(self, bus: SlcanBus) -> Trouble | None:  # type: ignore[override]  # made by open
        """Push what the line did not take yet, and ask the adapter whether it lives."""
        bus.push()
        now = time.monotonic()
        if bus.unwritten_since is not None and now - bus.unwritten_since >= PATIENCE:
            return Trouble(What.STALLED, f"the adapter has taken no byte for {PATIENCE:g} s")
        if bus.asked is None:
            if now - bus.asked_last >= QUIET:
                bus.ask()
        elif self._answers and now - bus.asked >= PATIENCE:
            return Trouble(What.STALLED, f"the adapter has not answered for {PATIENCE:g} s")
        return None

    def flush(self, bus: SlcanBus) -> int | None:  # type: ignore[override]  # made by open
        """Close and open the channel, which empties the adapter."""
        bus.clear()
        return -1

    def told(self, bus: SlcanBus) -> list[News]:  # type: ignore[override]  # made by open
        """How often it has answered BEL, and the state that the status flags tell."""
        news: list[News] = []
        refused, bus.refused = bus.refused, 0
        if refused:
            news.append(Refused(refused))
        flags, bus.flags = bus.flags, None
        if flags is not None:
            news.append(State(_state(flags), bus.tried))
        return news

    def close(self, bus: SlcanBus) -> None:  # type: ignore[override]  # made by open
        """Close channel and line, also when the adapter is gone."""
        bus.shutdown()


def _state(flags: int) -> str:
    """The state of the controller; CAN232 manual, command F: bit 5 error passive, bit 2 error warning."""
    return "error-passive" if flags & 0x20 else "error-warning" if flags & 0x04 else "error-active"
