"""bmshil annotate: say something about a verdict, beside it and never in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = (
    'example: bmshil annotate runs/20260101-120000-pylon_parallel LIM-03 "firmware 2.1 will mend it" '
    "--as accepted --by NAME"
)


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a sealed run")
    parser.add_argument("requirement", metavar="REQ", help="id of a requirement of that run, e.g. AGG-01")
    parser.add_argument("text", metavar="TEXT", help="why, in a sentence")
    parser.add_argument(
        "--as",
        dest="word",
        choices=("accepted", "ignored"),
        required=True,
        help="no verdict, but a word on it",
    )
    parser.add_argument("--by", metavar="NAME", required=True, help="who says so")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Add the remark and draw the page again; verdicts, exit codes and the chain stay as they are."""
    from bmshil.cli.qualifying.closing import render
    from bmshil.evidence import RunStore
    from bmshil.evidence.bundle import annotate, to_sign

    store = RunStore.open(Path(options.folder))
    summary = store.read()
    known = {one.id: one.verdict for one in summary.requirements}
    if options.requirement not in known:
        there = ", ".join(sorted(known)) or "none"
        raise InputError(f"{store.path}: has no requirement {options.requirement!r}, only {there}")
    one = annotate(store.path, options.requirement, options.text, options.word, options.by)
    render(store, summary)
    verdict = known[options.requirement]
    if options.json:
        told = {"requirement": one.requirement, "verdict": str(verdict), "word": one.word}
        print(json.dumps({**told, "head": to_sign(store.path)}))
    else:
        print(f"{one.requirement}: {one.word} by {one.who}; its verdict stays {verdict}")
        print(f"head of the register: {to_sign(store.path)}")
    return 0
