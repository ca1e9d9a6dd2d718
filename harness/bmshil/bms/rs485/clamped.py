"""Tells of values that a serial dialect could not carry as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.journal import Journal


class Clamped:
    """Writes an event ``clamped`` for each value, once until it changes.

    Args:
        journal: gets the events.
        source: who says the values, such as pack2.
    """

    def __init__(self, journal: Journal, source: str) -> None:
        self._journal = journal
        self._source = source
        self._told: dict[str, float] = {}

    def __call__(self, name: str, value: float) -> None:
        """Take the name and the value, in its unit, of what was sent as something else."""
        if self._told.get(name) != value:
            self._told[name] = value
            self._journal.event("clamped", self._source, name=name, value=value)
