"""bmshil verify: look whether the evidence of a run is still what was sealed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

MANIFEST, SUMMARY, REGISTER = "manifest.json", "summary.json", "register.jsonl"
"""Files of a run."""

QUALIFICATION = "qualification"
"""The class of report that needs a signature."""

NOT_COMPARED = (
    "not compared with a head from elsewhere: add --head with the newest one that was printed or signed; "
    "without it nobody can tell whether remarks or signatures were taken away"
)

NEWEST = "that head is the newest here; only a newer one could show that something later was taken away"

BEFORE = (
    "that head is the one before the run was gone on with: its journals and inputs are what was compared; "
    "only the head that was printed last stands for all of it"
)

EXAMPLE = "example: bmshil verify runs/20260101-120000-pylon_parallel --head 3f1c..."


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("folder", metavar="RUN", help="folder of a sealed run")
    parser.add_argument(
        "--head",
        default="",
        help="head of the run or of its register, as it was printed or signed: compare with that too",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print a line for each finding; 1 when there is any."""
    from bmshil.evidence.bundle import check_command, earlier_manifest, read_manifest, signature, verify
    from bmshil.evidence.printable import printable

    if options.head and not re.fullmatch(r"[0-9A-Fa-f]{64}", options.head):
        raise InputError(
            f"--head {options.head}: a head has 64 hexadecimal digits, as qualify prints it; this has "
            f"{len(options.head)} characters"
        )
    folder = Path(options.folder)
    folder = folder.parent if folder.name in (MANIFEST, SUMMARY) else folder
    manifest = read_manifest(folder)
    findings = verify(folder, head=options.head)
    signed = None if any("signature" in one for one in findings) else signature(folder)
    check = check_command(folder, signed) if signed else ""
    later = Later.of(folder, manifest.head, findings)
    if options.json:
        found = {
            "run": manifest.facts["run"],
            "head": manifest.head,
            "findings": findings,
            "check": check,
            "register": later.plain(),
        }
        print(json.dumps(found, indent=2))
        return 1 if findings else 0
    for one in findings:
        print(printable(one))
    if not findings:
        print(f"{len(manifest.files)} files are as they were sealed; head {manifest.head}")
    for one in manifest.facts.get("notes", []):
        print(printable(f"note: {one}"))
    for one in later.told(options.head):
        print(one)
    if options.head and earlier_manifest(folder, options.head):
        print(BEFORE)
    asked = manifest.facts.get("facts", {}).get("report_class")
    if asked == QUALIFICATION and not signed:
        print("class qualification was asked for, and there is no signature: not given yet, or taken away")
    if signed:
        print(printable(f"{signed.file}: a signature for head {signed.signed}; check it with"))
        print(f"  {printable(check)}")
    return 1 if findings else 0


class Later(NamedTuple):
    """What the register tells of the time after the run was sealed.

    Attributes:
        remarks: how many remarks it has.
        signatures: how many signatures were taken in, those that were replaced among them.
        heads: of the run, and of the register after each entry.
    """

    remarks: int
    signatures: int
    heads: list[str]

    @classmethod
    def of(cls, folder: Path, head: str, findings: list[str]) -> Later:
        """Read it; one that is damaged tells nothing."""
        from bmshil.evidence.bundle import read_register, states

        entries = [] if any(one.startswith(REGISTER) for one in findings) else read_register(folder)
        remarks = sum(one.what == "annotation" for one in entries)
        return cls(remarks, len(entries) - remarks, states(entries, head))

    def told(self, asked: str) -> list[str]:
        """A line on what it has, and one on what the head from elsewhere says of that."""
        words = f"register: {_count(self.remarks, 'remark')}, {_count(self.signatures, 'signature')}"
        first = f"{words}; its head {self.heads[-1]}" if len(self.heads) > 1 else words
        if not asked:
            return [first, NOT_COMPARED]
        if asked.lower() not in self.heads:
            return [first]
        entries = len(self.heads) - 1
        later = entries - self.heads.index(asked.lower())
        return [
            first,
            f"that head is older than {later} of {entries} entries of the register" if later else NEWEST,
        ]

    def plain(self) -> dict[str, object]:
        """For a JSON document."""
        return {"remarks": self.remarks, "signatures": self.signatures, "head": self.heads[-1]}


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
