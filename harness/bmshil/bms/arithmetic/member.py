"""What an arithmetic is given, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.dialects import Report


@dataclass(frozen=True, slots=True)
class Member:
    """One pack as whoever speaks for the bank knows it.

    Attributes:
        number: of the pack, 1..n.
        report: what was last heard of it: limits, SOC, capacity, voltage, current.
        present: False when nothing has been heard for too long; the report is then an old one.
        resistance: its internal resistance, ohm; for rules that share by resistance.
    """

    number: int
    report: Report
    present: bool = True
    resistance: float = 0.03


Arithmetic = Callable[[Sequence["Member"]], "Report | None"]
"""From all packs that belong to the bank, lost ones too, to what is said of it; None is silence.

The first member is the one that speaks for all.
"""
