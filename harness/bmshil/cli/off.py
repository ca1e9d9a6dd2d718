"""bmshil off: switch everything on a rig off by hand, and verify it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Switch off, tell each step, and say in the exit code whether all of them are verified."""
    from bmshil.bench.assembly import switch_off_by_hand
    from bmshil.rig import load

    report = switch_off_by_hand(load(options.rig), lambda text: print(text, flush=True))
    if report.clean:
        if report.steps:
            print(report)
        return 0
    print(f"bmshil off: DANGER: {report}", file=sys.stderr)
    return 1
