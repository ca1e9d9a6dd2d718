"""What a station needs of a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bmshil.bms.multidrop import Station


class Wires(Protocol):
    """A line as its stations see it: ``Multidrop``, or something that stands before one."""

    def attach(self, station: Station) -> object:
        """Add a station, plugged in."""

    def connect(self, station: Station, connected: bool) -> object:
        """Plug a station in or out."""

    def send(self, station: Station, data: bytes, after: float = 0.0) -> object:
        """Speak ``after`` seconds from now."""
