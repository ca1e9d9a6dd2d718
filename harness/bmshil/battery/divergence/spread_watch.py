"""Warnings when the states of charge that a bank reports lie too far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS: Final = (0.05, 0.10)
"""Differences of SOC that are told. Source: field article on multi-battery CAN systems: act at 5 %; from 10 %
on customers notice a shorter runtime."""

_BACK: Final = 0.01
"""How far below a level the difference must fall until it may be told again, of SOC."""

_SLACK: Final = 1e-9


class SpreadWatch:
    """Tells each level once when it is reached, and again only after the packs have come together.

    Args:
        levels: of SOC, rising.
    """

    def __init__(self, levels: Sequence[float] = LEVELS) -> None:
        self._levels = tuple(levels)
        self._told: set[float] = set()

    @property
    def level(self) -> float:
        """The highest level that holds now; 0 for none."""
        return max(self._told, default=0.0)

    def update(self, socs: Sequence[float]) -> list[float]:
        """Look at one set of figures.

        Args:
            socs: what the packs report, 0..1; one or none is never apart.

        Returns:
            Levels that were reached with it, rising.
        """
        spread = max(socs, default=0.0) - min(socs, default=0.0)
        self._told -= {level for level in self._told if spread < level - _BACK}
        new = [level for level in self._levels if spread >= level - _SLACK and level not in self._told]
        self._told.update(new)
        return new
