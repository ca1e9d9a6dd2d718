"""What one pack can tell beside its report: single cells, sensors, counters. Serial dialects carry it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.dialects.report import Report


@dataclass(frozen=True, slots=True)
class PackData:
    """One pack in physical units, as far as any dialect of the field carries it.

    Attributes:
        number: of the pack, 1..n.
        report: limits, SOC, voltage, current, alarms of this pack; current positive into the battery.
        cells: voltage of each cell, V, the first cell first.
        temperatures: degC; first the BMS board, then the sensors at the cells.
        remaining: Ah.
        cycles: full cycles so far.
        name: device name, at most 10 ASCII characters.
        serial: at most 16 ASCII characters.
        version: of its firmware, major and minor.
    """

    number: int
    report: Report
    cells: tuple[float, ...]
    temperatures: tuple[float, ...]
    remaining: float
    cycles: int = 0
    name: str = "US2000C"
    serial: str = ""
    version: tuple[int, int] = (1, 0)
