"""bmshil rejudge: judge a run again from its evidence alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = "example: bmshil rejudge runs/20260101-120000-pylon_parallel"


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a run; nothing in it is touched")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Draw every verdict again by the rules of this version; 1 when one differs or evidence has changed."""
    from bmshil.evidence import RunStore
    from bmshil.evidence.printable import printable
    from bmshil.evidence.rejudge import rejudge

    found = rejudge(RunStore.open(Path(options.folder)))
    if options.json:
        plain = {**msgspec.to_builtins(found), "agrees": found.agrees}
        print(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode())
        return 0 if found.holds else 1
    for one in found.differences:
        print(printable(str(one)))
    for change in found.changed:
        print(printable(f"evidence: {change}"))
    if found.rules_then != found.rules_now:
        print(f"rules: {found.rules_now} now, {found.rules_then or 'of no stated version'} then")
    for doubt in found.doubts:
        print(printable(f"as recorded: {doubt}"))
    print(f"{found.counts}.")
    agrees = "agrees" if found.agrees else f"{len(found.differences)} differences"
    but = "; but see what was said of the evidence" if found.changed else ""
    print(printable(f"{agrees}: {found.run} was {found.verdict_then}, is {found.verdict_now}{but}"))
    return 0 if found.holds else 1
