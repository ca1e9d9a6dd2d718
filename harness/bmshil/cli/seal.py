"""bmshil seal: close the evidence of a run that was killed before it could do so itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = "example: bmshil seal runs/20260101-120000-pylon_parallel"


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a run that nobody works on any more")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Seal what there is; a run that did not come to its end is marked as incomplete."""
    from bmshil.cli.qualifying.closing import render
    from bmshil.evidence import RunStore
    from bmshil.evidence.bundle import seal

    store = RunStore.open(Path(options.folder))
    with store.held():
        manifest = seal(store)
        render(store, store.read())
    notes = list(manifest.facts["notes"])
    if options.json:
        print(json.dumps({"run": store.name, "head": manifest.head, "notes": notes}))
    else:
        print("".join(f"{note}\n" for note in notes) + f"evidence head: {manifest.head}")
    return 0
