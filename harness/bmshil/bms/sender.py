"""What a node needs of a port: somewhere to put frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bmshil.journal import Frame
    from bmshil.timeline import Nanoseconds


class Sender(Protocol):
    """Something that takes frames, such as ``bmshil.ports.CanPort``."""

    name: str

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> object:
        """Put one frame on the bus. Called on the timeline; never blocks.

        Args:
            frame: what is sent.
            planned: its slot, from which it ages; now when left out.
        """


class Nowhere:
    """The sender of nodes that stand on no CAN bus: their frames are never put on a wire.

    Attributes:
        name: for messages.
    """

    name = "nowhere"

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> None:
        """Drop a frame."""
