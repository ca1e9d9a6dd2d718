"""Which kind of adapter belongs to a python-can interface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.ports.adapters.gs_usb import GsUsb
from bmshil.ports.adapters.others import Other
from bmshil.ports.adapters.slcan import Slcan
from bmshil.ports.adapters.socketcan import SocketCan
from bmshil.ports.adapters.twin import Twin

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.ports.adapters.base import Adapter

KINDS: dict[str, type[Adapter]] = {"twin": Twin, "slcan": Slcan, "socketcan": SocketCan, "gs_usb": GsUsb}


def adapter_for(interface: str, channel: str, options: Mapping[str, Any]) -> Adapter:
    """Make what knows about this interface; nothing is opened."""
    return KINDS.get(interface, Other)(interface, channel, options)
