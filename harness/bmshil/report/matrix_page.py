"""The compatibility matrix as a page, and as comma-separated values."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bmshil.report.templating import template

if TYPE_CHECKING:
    from bmshil.evidence.passport import Matrix

COLUMNS = (
    "profile",
    "title",
    "firmware",
    "mutation",
    "serials",
    "requirement",
    "requirement_title",
    "verdict",
    "conformity",
    "safety",
    "run",
    "all_runs",
    "annotations",
    "reason",
)
"""Headings of the table, one line for each cell of the matrix."""


def matrix_page(matrix: Matrix) -> str:
    """The page of a matrix, as HTML."""
    return template("matrix.html.j2").render(matrix=matrix)


def matrix_csv(matrix: Matrix) -> str:
    """The cells of a matrix as lines of comma-separated values, with a heading."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for column in matrix.columns:
        for requirement, cell in column.cells.items():
            writer.writerow(
                (
                    column.profile,
                    column.title,
                    column.firmware,
                    column.mutation or "",
                    " ".join(column.serials),
                    requirement,
                    matrix.requirements[requirement],
                    cell.verdict,
                    cell.conformity or "",
                    cell.safety or "",
                    cell.run,
                    " ".join(cell.all),
                    "; ".join(f"{one.word} by {one.who}: {one.text}" for one in cell.annotations),
                    cell.reason,
                )
            )
    return text.getvalue()
