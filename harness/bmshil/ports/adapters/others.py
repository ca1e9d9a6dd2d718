"""Adapters of which no more is known than what python-can says about their interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.ports.adapters.base import Adapter, Settings
from bmshil.ports.capability import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

_ECHO, _ERRORS, _TIME = Capability.ECHO, Capability.ERROR_FRAMES, Capability.HARDWARE_TIME
_LISTEN, _FLUSH = Capability.LISTEN_ONLY, Capability.FLUSH

KNOWN: dict[str, Capability] = {
    "virtual": _ECHO,
    "kvaser": _ECHO | _ERRORS | _TIME | _LISTEN | _FLUSH,
    "vector": _ECHO | _ERRORS | _TIME | _LISTEN | _FLUSH,
    "ixxat": _ECHO | _ERRORS | _TIME | _FLUSH,
    "pcan": _ECHO | _ERRORS | _TIME | _LISTEN | _FLUSH,
    "systec": _ECHO | _TIME | _FLUSH,
    "etas": _ECHO | _TIME | _FLUSH,
    "canalystii": _FLUSH,
    "cantact": _LISTEN,
    "seeedstudio": _LISTEN,
    "usb2can": _ERRORS,
    "nican": _ERRORS | _TIME,
}
"""From the drivers of python-can 4.6; what is not here is not known to be there."""

LISTENING: dict[str, dict[str, Any]] = {
    "kvaser": {"driver_mode": False},
    "vector": {"listen_only": True},
    "cantact": {"monitor": True},
    "seeedstudio": {"operation_mode": "silent"},
}
"""How each interface calls listening only; pcan takes a bus state."""


class Other(Adapter):
    """An adapter through any other interface of python-can."""

    def __init__(self, interface: str, channel: str, options: Mapping[str, Any]) -> None:
        super().__init__(interface, channel, options)
        # The layout of the others' error frames is their own; this bus carries what a test puts in.
        self.socketcan_errors = interface == "virtual"
        self.send_timeout = 0.02 if interface == "serial" else None

    @property
    def capabilities(self) -> Capability:
        """What python-can's driver is known to be able to do."""
        return KNOWN.get(self.interface, Capability(0))

    def arguments(self, settings: Settings) -> dict[str, Any]:
        """Name the settings as the interface names them."""
        arguments = super().arguments(settings)
        if settings.listen_only:
            if self.interface == "pcan":
                import can  # noqa: PLC0415 - slow to import, and `--help` needs no bus

                arguments["state"] = can.BusState.PASSIVE
            arguments |= LISTENING.get(self.interface, {})
        return arguments
