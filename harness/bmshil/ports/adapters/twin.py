"""The twin's own CAN controllers: the interface that can everything and costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.ports.adapters.base import Adapter, Settings
from bmshil.ports.capability import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

    import can


class Twin(Adapter):
    """A controller on a segment of the twin, known only by its manners and opened by its name."""

    socketcan_errors = True

    def __init__(self, interface: str, channel: str, options: Mapping[str, Any]) -> None:
        super().__init__(interface, channel, options)
        # With a plug between them it is read, and stamps its frames, as any adapter.
        self.hands_over = "plug" not in self.options

    @property
    def capabilities(self) -> Capability:
        """Everything; there is no cable to a computer either."""
        return ~Capability(0)

    def arguments(self, settings: Settings) -> dict[str, Any]:
        """Name the settings as the interface names them."""
        arguments: dict[str, Any] = {"receive_own_messages": not settings.listen_only}
        if settings.listen_only:
            arguments["listen_only"] = True
        if settings.one_shot:
            arguments["one_shot"] = True
        return arguments

    def drain(self, bus: can.BusABC) -> int:  # noqa: ARG002 - it is made when it is opened
        """Nothing can have been queued."""
        return 0

    def flush(self, bus: can.BusABC) -> int | None:
        """Take back the frames that are not on the wire."""
        return len(bus.flush())  # type: ignore[attr-defined]  # the twin's own

    def restart(self, bus: can.BusABC) -> bool:
        """Begin to recover: 128 times 11 recessive bits."""
        bus.restart()  # type: ignore[attr-defined]  # the twin's own
        return True

    def counters(self, bus: can.BusABC) -> tuple[int, int] | None:
        """The counters of the controller."""
        counters: tuple[int, int] | None = getattr(bus, "counters", None)
        return counters
