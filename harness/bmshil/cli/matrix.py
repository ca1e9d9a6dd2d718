"""bmshil matrix: which device and firmware passes what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
example:
  bmshil matrix runs/* --out matrix

a column is one firmware of one device, as `dut: {firmware: ...}` of the rig file states it. Runs that state
none have a column each.

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
    from bmshil.cli.files import write_text
    from bmshil.cli.passport import encoded
    from bmshil.evidence.passport import matrix_of
    from bmshil.report.matrix_page import matrix_csv, matrix_page

    folder = Path(options.out)
    matrix = matrix_of([Path(name) for name in options.runs], beside=folder, force=options.force)
    write_text(folder / "matrix.html", matrix_page(matrix))
    write_text(folder / "matrix.csv", matrix_csv(matrix))
    write_text(folder / "matrix.json", encoded(matrix))
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
