"""What is said of all packs of a bank together, and what keeps all of them from saying it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.bms.faults.switchboard import FaultHandle


class BankLimits(NamedTuple):
    """What the packs on air ask for together.

    Attributes:
        cvl: lowest charge voltage limit, V; NaN when no pack is on air.
        ccl: sum of the charge current limits, A.
        dcl: sum of the discharge current limits, A.
    """

    cvl: float
    ccl: float
    dcl: float


class Silenced:
    """Faults that were switched on together. As a context manager they end with the block."""

    def __init__(self, handles: Sequence[FaultHandle]) -> None:
        self._handles = handles

    def off(self) -> None:
        """Switch them off."""
        for handle in self._handles:
            handle.off()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.off()
