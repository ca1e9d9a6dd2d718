"""bmshil compare: what changed between two runs or passports, two firmwares say."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = """\
example:
  bmshil compare runs/20260101-120000-deye old-firmware.json --page compared.html

A line above the table says what else differed than the device: acceptance file, decision rule,
profile, test files, rig, seed, rules, version and code of bmshil, faults, hazardous stimuli. With any of the
first four a changed verdict is no regression of the firmware: such runs are refused, unless --force is
given. So are runs that are not what was sealed.

exits 1 when a row of B is worse than in A; 3 when none is, and one that passed in A is inconclusive, blocked,
skipped or an error in B, or was not tried there (B is a selection, or was stopped); 2 on bad input or where A
and B cannot be compared; 0 otherwise.

"""

REGRESSION, UNPROVEN = 1, 3


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("a", metavar="A", help="folder of a run, or a passport as JSON: what was before")
    parser.add_argument("b", metavar="B", help="likewise: what is now")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--page", metavar="FILE", help="write a page too")
    parser.add_argument(
        "--force",
        action="store_true",
        help="show the rows although the two were not judged alike, or a run is not what was sealed",
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Set B against A, row by row."""
    from bmshil.cli.files import write_text
    from bmshil.cli.passport import encoded
    from bmshil.evidence.passport import compare, read_passport
    from bmshil.report.compare_page import compare_page, compare_screen

    before, now = (read_passport(Path(one), force=options.force) for one in (options.a, options.b))
    found = compare(before, now)
    if not (found.comparable or options.force):
        unlike = "; ".join(str(one) for one in found.conditions if one.yardstick)
        raise InputError(f"not judged alike, {unlike}: test one again as the other, or add --force")
    if options.page:
        write_text(Path(options.page), compare_page(found))
    if options.json:
        print(encoded(found), end="")
    else:
        print(compare_screen(found, colour=sys.stdout.isatty()), end="")
        if options.page:
            print(f"page: {options.page}")
    if found.regression:
        return REGRESSION
    return UNPROVEN if found.unproven else 0
