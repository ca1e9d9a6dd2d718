"""bmshil compare: what changed between two runs or passports, two firmwares say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
example:
  bmshil compare runs/20260101-120000-deye old-firmware.json --page compared.html

exits 1 when a row of B is worse than in A, 0 otherwise, 2 on bad input.

"""

REGRESSION = 1


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("a", metavar="A", help="folder of a run, or a passport as JSON: what was before")
    parser.add_argument("b", metavar="B", help="likewise: what is now")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--page", metavar="FILE", help="write a page too")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Set B against A, row by row."""
    from bmshil.cli.files import write_text
    from bmshil.cli.passport import encoded
    from bmshil.evidence.passport import compare, read_passport
    from bmshil.report.compare_page import compare_page, compare_screen

    found = compare(read_passport(Path(options.a)), read_passport(Path(options.b)))
    if options.page:
        write_text(Path(options.page), compare_page(found))
    if options.json:
        print(encoded(found), end="")
    else:
        print(compare_screen(found, colour=sys.stdout.isatty()), end="")
        if options.page:
            print(f"page: {options.page}")
    return REGRESSION if found.regression else 0
