"""bmshil matrix: which device and firmware passes what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
example:
  bmshil matrix runs/* --out matrix

a column is one firmware of one device, as `dut: {firmware: ...}` of the rig file states it. Runs that state
none have a column each. What `bmshil killmatrix` has left in runs/ is no run and passed over; a line says so.

"""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.epilog = EXAMPLE + (parser.epilog or "")
    parser.add_argument("runs", metavar="RUN", nargs="+", help="folders of runs, of any devices")
    parser.add_argument(
        "--out", metavar="DIR", required=True, help="folder for matrix.html, matrix.csv and matrix.json"
    )
    parser.add_argument("--json", action="store_true", help="print the matrix as one JSON document")
    parser.add_argument("--force", action="store_true", help="take runs that are not what was sealed, too")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Draw the matrix from the evidence of the runs; exit 0, whatever the verdicts are."""
    from bmshil.cli.files import write_texts
    from bmshil.cli.passport import encoded
    from bmshil.evidence.passport import matrix_of
    from bmshil.report.matrix_page import matrix_csv, matrix_page

    folder = Path(options.out)
    runs = _without_kill_matrices([Path(name) for name in options.runs])
    matrix = matrix_of(runs, beside=folder, force=options.force)
    write_texts(
        {
            folder / "matrix.html": matrix_page(matrix),
            folder / "matrix.csv": matrix_csv(matrix),
            folder / "matrix.json": encoded(matrix),
        }
    )
    if options.json:
        print(encoded(matrix), end="")
    else:
        print(
            f"{len(matrix.requirements)} requirements x {len(matrix.columns)} columns: "
            f"{folder / 'matrix.html'}, matrix.csv, matrix.json"
        )
        for note in matrix.notes:
            print(f"note: {note}")
    return 0


def _without_kill_matrices(paths: list[Path]) -> list[Path]:
    """Pass over what ``runs/*`` names beside the runs."""
    from bmshil.cli.killmatrix import is_kill_matrix

    others = [path for path in paths if is_kill_matrix(path)]
    if others:
        names = ", ".join(path.name for path in others)
        print(f"bmshil matrix: passed over, of killmatrix and no run: {names}", file=sys.stderr)
    return [path for path in paths if path not in others]
