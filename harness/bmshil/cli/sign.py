"""bmshil sign: take in a detached signature of the head of a run's chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = (
    "example: bmshil sign RUN > head.txt; minisign -Sm head.txt; bmshil sign RUN --signature head.txt.minisig"
)


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a sealed run")
    parser.add_argument(
        "--signature", metavar="FILE", help="what the lab's tool has made; without it the head is printed"
    )
    parser.add_argument(
        "--of", metavar="HEAD", default="", help="the head that was signed, where a remark has come since"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print what is to be signed, or keep the signature beside the chain."""
    from bmshil.cli.qualifying.closing import render
    from bmshil.evidence import RunStore
    from bmshil.evidence.bundle import check_command, sign, to_sign

    store = RunStore.open(Path(options.folder))
    if options.signature is None:
        head = to_sign(store.path)
        print(json.dumps({"run": store.name, "head": head}) if options.json else head)
        return 0
    note = sign(store.path, Path(options.signature), signed=options.of)
    render(store, store.read())
    check = check_command(store.path, note)
    if options.json:
        told = {"run": store.name, "file": note.file, "head": note.signed, "check": check}
        print(json.dumps({**told, "register": to_sign(store.path)}))
    else:
        print(f"{note.file}: kept for head {note.signed}; bmshil does not check it, this does:\n  {check}")
        print(f"head of the register: {to_sign(store.path)}")
    return 0
