"""bmshil report: write the report of a run again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "folder", metavar="RUN", help="folder of a run, e.g. runs/20260101-120000-pylon_parallel"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Render the page, and the trace where the evidence is still open; verdicts stay as they are."""
    from bmshil.cli.qualifying.closing import render
    from bmshil.evidence import RunStore
    from bmshil.evidence.report_class import standing
    from bmshil.report import screen

    store = RunStore.open(Path(options.folder))
    summary = store.read()
    report = render(store, summary)
    if options.json:
        print(json.dumps({"run": store.name, "report": str(report), "exit_code": summary.exit_code}))
    else:
        behind = standing(store, summary)
        print(screen(summary, report, colour=sys.stdout.isatty(), standing=behind), end="")
    return summary.exit_code
