"""Signals that stand for no field of a report as it is: what follows from several, or is cut or turned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bmshil.dialects.stand_ins import Computed

FORBIDDEN = 0xAA
"""Source: 0x4280 of Pylontech CANBUS Protocol of High Voltage system V1.18; any other value permits."""


@dataclass(frozen=True)
class AtMost:
    """A number of the report that is sent no higher than ``highest``, in the unit of the signal.

    Attributes:
        field: of the report.
        highest: what the device, or the width of the signal, bears.
        factor: from the unit of the report to that of the signal.
    """

    field: str
    highest: float
    factor: float = 1.0

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Cut it."""
        return f"min(source.{self.field} * {self.factor!r}, {self.highest!r})"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number."""
        fields[self.field] = value / self.factor


@dataclass(frozen=True)
class Forbidden:
    """A permission of the report, told as what is forbidden.

    Attributes:
        field: of the report.
        word: the number that forbids.
    """

    field: str
    word: int = FORBIDDEN

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Forbid what is not permitted."""
        return f"0 if source.{self.field} else {self.word}"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Permit what is not forbidden."""
        fields[self.field] = value != self.word


CELLS = Computed(
    "round(2 * source.voltage / (source.cell_max + source.cell_min)) if source.cell_min > 0 else 0"
)
"""Cells in series: a report has no such number, but its voltages tell it."""


def remaining(highest: float) -> Computed:
    """Return what can still be taken out, Ah, at most ``highest``."""
    return Computed(
        f"min(source.soc * source.capacity if source.remaining is None else source.remaining, {highest!r})"
    )
