"""What goes wrong between this process and an adapter that the twin plays in it."""

from __future__ import annotations

import errno
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import can


class Plug:
    """Stands between a bus object and its controller, and outlives both.

    Attributes:
        out: whether the adapter is gone.
        share: of the frames to be sent, how many are lost without a word, 0..1.
        offset: how far the adapter's clock has jumped, s.

    Args:
        seed: of the chance that decides which frames are lost.
    """

    def __init__(self, seed: int = 1) -> None:
        self.out = False
        self.share = 0.0
        self.offset = 0.0
        self._chance = Random(seed)  # noqa: S311 - noise that a run can repeat

    def unplug(self) -> None:
        """The adapter vanishes: it neither sends nor receives, and cannot be opened."""
        self.out = True

    def replug(self) -> None:
        """It is back."""
        self.out = False

    def drop(self, share: float) -> None:
        """Lose this share of the frames to be sent from now on, 0..1."""
        self.share = share

    def clock(self, step: float) -> None:
        """Let the adapter's clock be so far from where it was, s."""
        self.offset = step

    def loses(self) -> bool:
        """Whether the next frame is lost."""
        return self.share > 0.0 and self._chance.random() < self.share

    def require(self, refuse: type[can.CanError], name: str) -> None:
        """Raise ``refuse`` while the adapter is gone, as drivers do."""
        if self.out:
            raise refuse(f"{name}: no such device", errno.ENODEV)
