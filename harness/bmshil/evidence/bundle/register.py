"""The register of what came after a run was sealed: an entry for each remark and each signature.

The entries are a chain of their own. It begins with the head of the run's chain; each further value is the
SHA-256 of the line ``<value before> <annotation or signature> <SHA-256>`` and a line feed. The last value is
the head of the register. Who has it from elsewhere can tell that nothing was taken away up to it, and what
came later. Who has the folder alone can tell only that register, remarks and signature fit together.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Literal

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle.chain import next_value
from bmshil.evidence.bundle.json_lines import read_lines
from bmshil.evidence.bundle.outside import ANNOTATIONS, REGISTER, SIGNATURE_NOTE

if TYPE_CHECKING:
    from pathlib import Path

What = Literal["annotation", "signature"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the register.

    Attributes:
        what: a remark or a signature.
        sha256: of the line in the file of remarks with its line feed, or of the signature's file.
        link: value of the chain after it.
    """

    what: What
    sha256: str
    link: str


def read_register(folder: Path) -> list[Entry]:
    """All entries, the first one first; empty when nothing came after the run was sealed.

    Raises:
        InputError: the file is damaged.
    """
    return read_lines(folder / REGISTER, Entry, "entry")


def states(entries: list[Entry], head: str) -> list[str]:
    """The head of a run's chain, and the head of its register after each entry."""
    return [head, *(one.link for one in entries)]


def enter(folder: Path, head: str, what: What, sha256: str) -> Entry:
    """Add an entry for what was just written.

    Args:
        folder: of the run.
        head: of its chain.
        what: a remark or a signature.
        sha256: of it.

    Raises:
        InputError: the register is damaged or cannot be written.
    """
    before = states(read_register(folder), head)[-1]
    new = Entry(what=what, sha256=sha256, link=next_value(before, what, sha256))
    try:
        with (folder / REGISTER).open("ab") as file:
            file.write(_line(new))
    except OSError as error:
        raise InputError(f"{folder / REGISTER}: cannot be written ({error.strerror})") from error
    return new


def require_register(folder: Path, head: str) -> None:
    """Refuse to add to a register that does not fit to what is there: the addition would hide it.

    One remark or signature that was kept last and not entered, because its process ended in between, is
    entered now: that hides nothing.

    Raises:
        InputError: says what does not fit.
    """
    findings = register_findings(folder, head)
    late = _not_entered(folder) if len(findings) == 1 else None
    if late is not None:
        enter(folder, head, *late)
        findings = register_findings(folder, head)
    if findings:
        raise InputError(f"{folder}: {findings[0]}: nothing is added to that")


def _not_entered(folder: Path) -> tuple[What, str] | None:
    """What was kept last and is not in the register; None where that is not all that is wrong."""
    try:
        entries = read_register(folder)
    except InputError:
        return None
    entered = [one.sha256 for one in entries if one.what == "annotation"]
    lines = _lines(folder)
    if len(lines) == len(entered) + 1 and lines[-1].endswith(b"\n"):
        return "annotation", hashlib.sha256(lines[-1]).hexdigest()
    kept = _kept(folder)
    if kept and kept not in [one.sha256 for one in entries if one.what == "signature"]:
        return "signature", kept
    return None


def register_findings(folder: Path, head: str) -> list[str]:
    """What does not fit between register, remarks and signature.

    Args:
        folder: of the run.
        head: of its chain.
    """
    try:
        entries = read_register(folder)
    except InputError:
        return [f"{REGISTER}: changed: a line is no entry"]
    before = head
    for number, one in enumerate(entries, 1):
        before = next_value(before, one.what, one.sha256)
        if one.link != before:
            return [f"{REGISTER}: line {number} was changed, or one before it is missing"]
    path = folder / REGISTER
    if path.is_file() and path.read_bytes() != b"".join(map(_line, entries)):
        return [f"{REGISTER}: changed: not as bmshil writes it"]
    return [*_remarks(folder, entries), *_signature(folder, entries)]


def head_findings(entries: list[Entry], head: str, asked: str) -> list[str]:
    """Whether a head from elsewhere is that of the run, or was that of its register."""
    if not asked or asked.lower() in states(entries, head):
        return []
    why = "made anew, or remarks or signatures were taken away"
    return [f"head {asked}: neither of this run nor of its register: {why}"]


def _remarks(folder: Path, entries: list[Entry]) -> list[str]:
    lines = _lines(folder)
    entered = [one.sha256 for one in entries if one.what == "annotation"]
    if len(lines) < len(entered):
        return [
            f"{ANNOTATIONS}: {len(lines)} remarks, and {REGISTER} has {len(entered)}: some were taken away"
        ]
    for number, line in enumerate(lines, 1):
        if number > len(entered):
            return [f"{ANNOTATIONS}: line {number} is not in {REGISTER}"]
        if hashlib.sha256(line).hexdigest() != entered[number - 1]:
            return [f"{ANNOTATIONS}: line {number} is not what {REGISTER} has"]
    return []


def _signature(folder: Path, entries: list[Entry]) -> list[str]:
    entered = [one.sha256 for one in entries if one.what == "signature"]
    if not (folder / SIGNATURE_NOTE).is_file():
        return (
            [f"{SIGNATURE_NOTE}: missing: {REGISTER} has a signature, it was taken away"] if entered else []
        )
    kept = _kept(folder)
    if not kept:
        return []  # told by whoever reads the note
    return (
        []
        if entered[-1:] == [kept]
        else [f"{SIGNATURE_NOTE}: names a signature that {REGISTER} has not last"]
    )


def _lines(folder: Path) -> list[bytes]:
    """The file of remarks, with the line feeds."""
    path = folder / ANNOTATIONS
    return path.read_bytes().splitlines(keepends=True) if path.is_file() else []


def _kept(folder: Path) -> str:
    """Hash of the signature that the note names; empty where there is no note that can be read."""
    try:
        return msgspec.json.decode((folder / SIGNATURE_NOTE).read_bytes(), type=_Kept).sha256
    except (FileNotFoundError, msgspec.MsgspecError, UnicodeDecodeError):
        return ""


class _Kept(msgspec.Struct):
    sha256: str


def _line(entry: Entry) -> bytes:
    return msgspec.json.encode(entry) + b"\n"
