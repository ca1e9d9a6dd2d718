"""A comparison as one self-contained page, and as a table for terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.evidence.passport import Change
from bmshil.report.screen import table
from bmshil.report.words import known_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.evidence.passport import Comparison, Row

UNMOVED = (Change.SAME, Change.ONLY_A, Change.ONLY_B)
"""Rows that say nothing about what has changed."""


def compare_page(comparison: Comparison) -> str:
    """The page of a comparison, as HTML: what changed first, what did not below."""
    from bmshil.report.templating import template  # noqa: PLC0415 - most calls only print the table

    parts = [
        ("What changed", _sorted(row for row in comparison.rows if row.change not in UNMOVED)),
        ("On one side only", [row for row in comparison.rows if row.change in UNMOVED[1:]]),
        ("What is the same", [row for row in comparison.rows if row.change is Change.SAME]),
    ]
    return template("compare.html.j2").render(comparison=comparison, parts=parts, outcome=outcome(comparison))


def compare_screen(comparison: Comparison, *, width: int | None = None, colour: bool = False) -> str:
    """What changed, as a table for a terminal; rows that are the same are only counted."""
    counts = ", ".join(f"{count} {word}" for word, count in comparison.totals.items() if count)
    lines = [f"A: {comparison.a}", f"B: {comparison.b}", *comparison.notes, ""]
    shown = _sorted(row for row in comparison.rows if row.change is not Change.SAME)
    rows = [
        {"row": row.id, "change": str(row.change), "A": _side(row, "a"), "B": _side(row, "b"), "why": row.why}
        for row in shown
    ]
    verdict = outcome(comparison)
    told = verdict.upper() if comparison.regression else verdict
    return "\n".join(lines) + table(rows, width=width, colour=colour) + f"\n{told}: {counts or 'no rows'}\n"


def outcome(comparison: Comparison) -> str:
    """What came out, in words: a regression only where both sides were judged alike."""
    if not comparison.comparable:
        return "worse, and not judged alike" if comparison.regression else "not judged alike"
    if comparison.regression or not comparison.unproven:
        return "regression" if comparison.regression else "no regression"
    rows = (
        "1 row that passed in A proves"
        if comparison.unproven == 1
        else f"{comparison.unproven} rows that passed in A prove"
    )
    untried = f" ({comparison.untried} not tried there)" if comparison.untried else ""
    return f"no regression shown; {rows} nothing in B{untried}"


def _sorted(rows: Iterable[Row]) -> list[Row]:
    """Worst first; among equals as they stood."""
    order = list(Change)
    return sorted(rows, key=lambda row: order.index(row.change))


def _side(row: Row, which: str) -> str:
    value, spread = (row.a, row.uncertainty_a) if which == "a" else (row.b, row.uncertainty_b)
    text = known_text(value, spread)
    return f"{text} {row.unit}" if row.unit and value is not None else text
