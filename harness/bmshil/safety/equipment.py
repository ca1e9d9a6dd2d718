"""What the safety rules switch: the instruments of one bench, as far as it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bmshil.instruments import Load, Meter, Relays, Supply


class Equipment(Protocol):
    """Connected instruments by role; None where a bench has none."""

    @property
    def supply(self) -> Supply | None:
        """Plays the bank's terminals."""

    @property
    def meter(self) -> Meter | None:
        """Measures at the DUT's DC terminals."""

    @property
    def load(self) -> Load | None:
        """Loads the DUT's AC side."""

    @property
    def relays(self) -> Relays | None:
        """Contactors and switches by role."""
