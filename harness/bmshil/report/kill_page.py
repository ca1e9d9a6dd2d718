"""The kill matrix as a page and as a list of comma-separated values."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from bmshil.report.templating import template

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNS = {
    "caught by both": ("✗✗", "fail"),
    "caught by conformity": ("✗C", "fail"),
    "caught by safety": ("✗S", "fail"),
    "missed": ("MISSED", "error"),
    "false alarm": ("ALARM", "error"),
    "unsettled": ("?", "inconclusive"),
    "unsafe as documented": ("uS", "blocked"),
    "caught, not listed": ("+✗", "blocked"),
    "open": ("·", "skipped"),
    "pass": ("✓", "pass"),
    "characterised": ("≈", "characterised"),
    "skipped": ("»", "skipped"),
}
"""How each word of the matrix is drawn: a sign that needs no colour, and its class."""


def kill_page(matrix: Mapping[str, Any]) -> str:
    """Draw the page.

    Args:
        matrix: the stored document: ``rows`` with device, good, runs, entries (requirement to cell, reason,
            runs, command), inexact, trouble; ``requirements``; ``wrong`` and ``inexact`` lines; ``figures``;
            ``varied``: what was varied and sampled, a sentence each.
    """
    catching = [
        [name for name in matrix["requirements"] if _cell(row, name).startswith("caught by")]
        for row in matrix["rows"]
    ]
    return template("killmatrix.html.j2").render(matrix=matrix, signs=SIGNS, catching_of=catching)


def kill_csv(matrix: Mapping[str, Any]) -> str:
    """One line for each inverter, one column for each requirement; empty where it was not asked."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(matrix["requirements"])
    writer.writerow(["profile", "mutation", "good", "runs", *names])
    for row in matrix["rows"]:
        cells = [_cell(row, name) for name in names]
        writer.writerow(
            [row["profile"], row["mutation"], "yes" if row["good"] else "no", row["runs"], *cells]
        )
    return text.getvalue()


def _cell(row: Mapping[str, Any], requirement: str) -> str:
    """The word of one cell; empty where it was not asked."""
    return str(row["entries"].get(requirement, {}).get("cell", ""))
