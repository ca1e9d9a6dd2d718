"""A detached signature of the chain's head, made by the lab with its own key and its own tool.

bmshil keeps the signature and says for which head it was given. It does not check it: it has no key. The text
that is signed is 64 hexadecimal digits and a line feed: the head of the run's chain, or that of its register
where remarks or signatures came before, which stands for these and for the run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle.manifest import read_manifest
from bmshil.evidence.bundle.outside import SIGNATURE, SIGNATURE_NOTE
from bmshil.evidence.bundle.register import enter, read_register, require_register, states

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1 << 20
"""A detached signature is small: more bytes than these are another file."""

CHECKS = {
    "minisig": "minisign -Vm head.txt -x {signature} -P PUBLIC_KEY",
    "asc": "gpg --verify {signature} head.txt",
    "gpg": "gpg --verify {signature} head.txt",
    "sshsig": "ssh-keygen -Y verify -f ALLOWED_SIGNERS -I LAB -n file -s {signature} < head.txt",
}
"""How a signature is checked, by the ending of its file; that of ssh-keygen is .sig, as of others."""

OTHER = "openssl dgst -sha256 -verify PUBLIC_KEY.pem -signature {signature} head.txt"

SSH = b"-----BEGIN SSH SIGNATURE-----"


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was taken in.

    Attributes:
        file: name of the signature's file in the run's folder.
        sha256: of that file.
        head: the head of the chain when it was taken in.
        signed: what was signed: that head, or one of the register, which begins with it.
    """

    file: str
    sha256: str
    head: str
    signed: str


def to_sign(folder: Path) -> str:
    """What is to be signed: the head of the register, which begins with the head of the run's chain.

    Raises:
        InputError: the run is not sealed, or something after it was taken away.
    """
    head = read_manifest(folder).head
    require_register(folder, head)
    return states(read_register(folder), head)[-1]


def sign(folder: Path, source: Path, *, signed: str = "") -> Signature:
    """Take in a detached signature of the head of a sealed run; one that was there before is replaced.

    Args:
        folder: of the run.
        source: file that the lab's tool has written.
        signed: which head was signed, where a remark has come since; by default what :func:`to_sign` tells.

    Raises:
        InputError: the run is not sealed, or there is no such file, or none that could be a signature, or the
            head that was signed is none of this run.
    """
    newest = to_sign(folder)
    head = read_manifest(folder).head
    signed = signed.lower() or newest
    if signed not in states(read_register(folder), head):
        raise InputError(f"{folder}: {signed} was never a head of this run; `bmshil sign {folder}` prints it")
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror})") from error
    if not 0 < len(content) <= LARGEST:
        raise InputError(f"{source}: {len(content)} bytes are no detached signature")
    ending = "sshsig" if content.startswith(SSH) else source.suffix.removeprefix(".").lower()
    name = SIGNATURE + (ending if re.fullmatch(r"[a-z0-9]{1,16}", ending) and ending != "json" else "sig")
    note = Signature(file=name, sha256=hashlib.sha256(content).hexdigest(), head=head, signed=signed)
    before = signature(folder)
    try:
        (folder / name).write_bytes(content)
        draft = folder / f"{SIGNATURE_NOTE}.new"
        draft.write_bytes(_encoded(note))
        os.replace(draft, folder / SIGNATURE_NOTE)  # noqa: PTH105 - the atomicity is what matters
        if before is not None and before.file != name:
            (folder / before.file).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: the signature cannot be kept ({error.strerror})") from error
    enter(folder, head, "signature", note.sha256)
    return note


def signature(folder: Path) -> Signature | None:
    """The signature that is kept with a run; None when there is none.

    Raises:
        InputError: the note about it is damaged.
    """
    path = folder / SIGNATURE_NOTE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Signature) if path.is_file() else None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: damaged: it names no signature; get the folder from its source again"
        ) from error


def check_command(folder: Path, one: Signature) -> str:
    """The commands that check a signature, for a shell; the public key is the lab's to name.

    The name of the file comes from whoever made the folder: it is quoted.
    """
    ending = one.file.removeprefix(SIGNATURE)
    command = CHECKS.get(ending, OTHER).format(signature=shlex.quote((folder / one.file).as_posix()))
    return f"echo {one.signed} > head.txt; {command}"


def signature_findings(folder: Path, head: str) -> list[str]:
    """What is wrong with the signature, as far as it can be told without the key."""
    try:
        note = signature(folder)
    except InputError:
        return [f"{SIGNATURE_NOTE}: changed: it names no signature"]
    kept = {path.name for path in folder.glob(f"{SIGNATURE}*")} - {SIGNATURE_NOTE}
    if note is None:
        return [f"{name}: no {SIGNATURE_NOTE} names it" for name in sorted(kept)]
    findings = [f"{name}: added since" for name in sorted(kept - {note.file})]
    if (folder / SIGNATURE_NOTE).read_bytes() != _encoded(note):
        findings.append(f"{SIGNATURE_NOTE}: changed: it is not written as bmshil writes it")
    if note.file not in kept:
        findings.append(f"{note.file}: missing")
    elif hashlib.sha256((folder / note.file).read_bytes()).hexdigest() != note.sha256:
        findings.append(f"{note.file}: changed since it was taken in, or {SIGNATURE_NOTE} was")
    if note.head != head:
        findings.append(f"{note.file}: given for head {note.head}, and this run has {head}")
    elif note.signed not in _signable(folder, head):
        findings.append(f"{note.file}: of {note.signed}, which was no head of this run before it")
    return findings


def _signable(folder: Path, head: str) -> list[str]:
    """What the last signature can have been of: no head that came with it or after it."""
    try:
        entries = read_register(folder)
    except InputError:
        return []
    last = max((place for place, one in enumerate(entries) if one.what == "signature"), default=0)
    return states(entries[:last], head)


def _encoded(note: Signature) -> bytes:
    return msgspec.json.encode(note) + b"\n"
