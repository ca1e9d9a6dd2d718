"""A CAN frame as the house sees it, and how it came to be in the journal."""

from enum import IntEnum
from typing import NamedTuple


class Frame(NamedTuple):
    """A classic CAN frame without its time.

    Attributes:
        id: identifier, 11 or 29 bits.
        data: payload, 0 to 8 bytes.
        extended: True for a 29-bit identifier.
        remote: True for a remote frame, which has no data.
    """

    id: int
    data: bytes
    extended: bool = False
    remote: bool = False

    @property
    def label(self) -> str:
        """The identifier as people write it: 0x351, or 0x00001351 with 29 bits."""
        return identifier_label(self.id, self.extended)


def identifier_label(identifier: int, extended: bool = False) -> str:
    """Write an identifier as 0x351, or as 0x00001351 with 29 bits."""
    return f"0x{identifier:08X}" if extended else f"0x{identifier:03X}"


class Direction(IntEnum):
    """How a frame came to be in the journal."""

    RECEIVED = 0
    SENT = 1
    """Sent by this port, and the adapter confirmed it."""
    UNCONFIRMED = 2
    """Handed to an adapter that gives no confirmation."""
    LOST = 3
    """Meant to be sent, but refused or flushed."""
