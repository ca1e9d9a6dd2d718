"""bmshil verify: look whether the evidence of a run is still what was sealed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

EXAMPLE = "example: bmshil verify runs/20260101-120000-pylon_parallel --head 3f1c..."


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a sealed run")
    parser.add_argument(
        "--head", default="", help="the head of its chain, as it was printed or signed: compare with that too"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print a line for each finding; 1 when there is any."""
    from bmshil.evidence import RunStore
    from bmshil.evidence.bundle import check_command, read_manifest, signature, verify

    if options.head and not re.fullmatch(r"[0-9A-Fa-f]{64}", options.head):
        raise InputError(
            f"--head {options.head}: a head has 64 hexadecimal digits, as qualify prints it; this has "
            f"{len(options.head)} characters"
        )
    if not Path(options.folder).exists():
        raise InputError(f"{options.folder}: no such folder; name the folder of a run")
    store = RunStore(Path(options.folder))
    findings = verify(store.path, head=options.head)
    manifest = read_manifest(store.path)
    signed = None if any("signature" in one for one in findings) else signature(store.path)
    check = check_command(store.path, signed) if signed else ""
    if options.json:
        found = {"run": manifest.facts["run"], "head": manifest.head, "findings": findings, "check": check}
        print(json.dumps(found, indent=2))
        return 1 if findings else 0
    for one in findings:
        print(one)
    if not findings:
        print(f"{len(manifest.files)} files are as they were sealed; head {manifest.head}")
    if not options.head:
        print("not compared with a head from elsewhere: add --head with the one that was printed or signed")
    if signed:
        print(f"{signed.file}: a signature for head {signed.head}; check it with\n  {check}")
    return 1 if findings else 0
