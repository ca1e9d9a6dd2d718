"""What some registers or frames tell of a pack: a part of its data."""

from __future__ import annotations

from dataclasses import dataclass, field

from bmshil.dialects.report import PartialReport


@dataclass(frozen=True, slots=True)
class PackPiece:
    """What was told, in physical units; see ``PackData`` for the fields. What was not told is empty or None.

    Attributes:
        report: the fields of a report that were told.
        cells: V.
        temperatures: degC; first the BMS board where the dialect has it, then the sensors at the cells.
        remaining: Ah.
        cycles: full cycles so far.
        name: device name.
    """

    report: PartialReport = field(default_factory=PartialReport)
    cells: tuple[float, ...] = ()
    temperatures: tuple[float, ...] = ()
    remaining: float | None = None
    cycles: int | None = None
    name: str | None = None
