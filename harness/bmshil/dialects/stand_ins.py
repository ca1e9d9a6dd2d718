"""Pieces for what a report may leave open: a number that another one stands in for, a count that follows.

Beside the pieces of :mod:`bmshil.dialects.fields`, for the dialects that tell more than a Pylontech does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bmshil.dialects.fields import Constant


@dataclass(frozen=True)
class OrElse:
    """A number that the report may leave open, with what is said instead.

    Attributes:
        field: of the report.
        otherwise: expression over ``source``, the report, for a field that is None.
        factor: physical value of the signal for 1 in the report.
    """

    field: str
    otherwise: str
    factor: float = 1.0

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Take the number, or what stands in for it."""
        value = f"({self.otherwise} if source.{self.field} is None else source.{self.field})"
        return value if self.factor == 1 else f"{value} * {self.factor!r}"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number."""
        fields[self.field] = value / self.factor


WARMEST = OrElse("temperature_max", "source.temperature")
COLDEST = OrElse("temperature_min", "source.temperature")
REMAINING = OrElse("remaining", "source.soc * source.capacity")
INSTALLED = OrElse("installed", "source.capacity")


@dataclass(frozen=True)
class Filled:
    """A whole byte for one switch: 0xFF for yes, 0 for no."""

    field: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Fill the byte."""
        return f"255 if source.{self.field} else 0"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Take anything but 0 for yes."""
        fields[self.field] = bool(value)


@dataclass(frozen=True)
class Computed:
    """A count that follows from the report, and tells the report nothing when it is received.

    Attributes:
        rule: expression over ``source``, the report.
    """

    rule: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Compute it."""
        return self.rule

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Tell the report nothing."""


def text(characters: str, length: int = 8, *, first: int = 1, name: str = "Character") -> dict[str, Constant]:
    """Return the pieces of a fixed ASCII text, filled with zeros: ``Character1`` and so on."""
    data = characters.encode("ascii").ljust(length, b"\0")
    return {f"{name}{place}": Constant(byte) for place, byte in enumerate(data, first)}
