"""bmshil passport: what was measured of one device."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.files import write_texts
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.evidence.passport import Passport

EXAMPLE = "example:\n  bmshil passport runs/20260101-120000-pylon_parallel --out passport.html\n\n"


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.epilog = EXAMPLE + (parser.epilog or "")
    parser.add_argument("runs", metavar="RUN", nargs="*", help="folder of a run; all of one device")
    parser.add_argument("--json", action="store_true", help="print the passport as one JSON document")
    parser.add_argument(
        "--out",
        metavar="FILE",
        action="append",
        default=[],
        help="write it to a file: .html for the page, .json for programs; may be given twice",
    )
    parser.add_argument("--schema", action="store_true", help="print the JSON schema of a passport")
    parser.add_argument("--force", action="store_true", help="take runs that are not what was sealed, too")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Draw the passport from the evidence of the runs; exit 0, whatever the verdicts are."""
    from bmshil.evidence.passport import passport_of, schema

    if options.schema:
        print(json.dumps(schema(), indent=2))
        return 0
    targets = [Path(name) for name in options.out]
    for target in targets:
        if target.suffix not in (".html", ".json"):
            raise InputError(f"--out {target}: end the name in .html for a page or .json for a document")
    passport = passport_of([Path(name) for name in options.runs], force=options.force)
    if targets:
        write_texts(
            {path: _page(passport) if path.suffix == ".html" else encoded(passport) for path in targets}
        )
    if options.json:
        print(encoded(passport), end="")
    else:
        _show(passport, targets)
    return 0


def encoded(document: msgspec.Struct) -> str:
    """A document as indented JSON, with a line end."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _page(passport: Passport) -> str:
    from bmshil.report.passport_page import passport_page

    return passport_page(passport)


def _show(passport: Passport, targets: list[Path]) -> None:
    from bmshil.report import table
    from bmshil.report.words import known_text

    print(f"{passport.name}, serial {passport.dut.serial or 'not stated'}; {len(passport.runs)} run(s)\n")
    for run in passport.runs:
        if run.changed:
            print(f"run {run.run} is not what was sealed: {run.changed}")
    rows = [
        {
            "value": one.key,
            "measured": known_text(one.value, one.uncertainty),
            "unit": one.unit,
            "by": one.requirement,
            "what": one.title,
        }
        for one in passport.values
    ]
    print(
        table(rows) if rows else "nothing was characterised: run the group CHR with qualify -k chr\n", end=""
    )
    if passport.missing:
        print(f"\n{len(passport.missing)} known values were not measured; the page and --json name them")
    for target in targets:
        print(f"written: {target}")
