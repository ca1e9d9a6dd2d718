"""bmshil report: write the report of a run again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


CHANGED = 1
"""Exit code for evidence that is not what was sealed, whatever its summary says."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "folder", metavar="RUN", help="folder of a run, e.g. runs/20260101-120000-pylon_parallel"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Render the page, and the trace where the evidence is still open; 1 where it is not what was sealed."""
    from bmshil.cli.qualifying.closing import render
    from bmshil.evidence import RunStore
    from bmshil.evidence.report_class import standing
    from bmshil.report import screen

    store = RunStore.open(Path(options.folder))
    summary = store.read()
    report = render(store, summary)
    behind = standing(store, summary)
    code = CHANGED if behind.changed else summary.exit_code
    if options.json:
        told = {"run": store.name, "report": str(report), "exit_code": code, "changed": behind.changed}
        print(json.dumps(told))
    else:
        print(screen(summary, report, colour=sys.stdout.isatty(), standing=behind), end="")
    return code
