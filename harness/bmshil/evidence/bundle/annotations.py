"""What people say about verdicts: in their own file, in words of its own, never in the place of a verdict."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle.json_lines import read_lines
from bmshil.evidence.bundle.manifest import read_manifest
from bmshil.evidence.bundle.outside import ANNOTATIONS
from bmshil.evidence.bundle.register import enter, require_register

if TYPE_CHECKING:
    from pathlib import Path

Word = Literal["accepted", "ignored"]

AS: tuple[str, ...] = get_args(Word)
"""What a person may say of a verdict: that it is lived with, or that it is to be left aside."""


class Annotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One remark on one requirement of a run.

    Attributes:
        requirement: its id.
        word: accepted or ignored.
        text: why.
        who: said so.
        when: when.
        link: SHA-256 over the value before it and the rest of this line; the first one follows the head of
            the run's chain.
    """

    requirement: str
    word: Word
    text: str
    who: str
    when: Annotated[datetime, msgspec.Meta(tz=True)]
    link: str = ""

    def after(self, before: str) -> Annotation:
        """The same remark, linked to what comes before it."""
        bare = msgspec.json.encode(msgspec.structs.replace(self, link=""))
        return msgspec.structs.replace(self, link=hashlib.sha256(before.encode() + bare).hexdigest())


def annotate(folder: Path, requirement: str, text: str, word: Word, who: str) -> Annotation:
    """Add a remark to a sealed run; its verdicts and its chain stay as they are.

    Args:
        folder: of the run.
        requirement: id of a requirement that the run has judged.
        text: why, in a sentence.
        word: accepted or ignored.
        who: says so.

    Raises:
        InputError: the run is not sealed, the text or name is empty, remarks or signatures were taken away,
            or the file cannot be written.
    """
    if not text.strip() or not who.strip():
        raise InputError("an annotation needs a reason and a name: who says so, and why")
    head = read_manifest(folder).head
    require_register(folder, head)
    earlier = read_annotations(folder)
    before = earlier[-1].link if earlier else head
    new = Annotation(
        requirement=requirement, word=word, text=text.strip(), who=who.strip(), when=datetime.now(UTC)
    ).after(before)
    line = msgspec.json.encode(new) + b"\n"
    try:
        with (folder / ANNOTATIONS).open("ab") as file:
            file.write(line)
    except OSError as error:
        raise InputError(f"{folder / ANNOTATIONS}: cannot be written ({error.strerror})") from error
    enter(folder, head, "annotation", hashlib.sha256(line).hexdigest())
    return new


def read_annotations(folder: Path) -> list[Annotation]:
    """All remarks on a run, the first one first; empty when there are none.

    Raises:
        InputError: the file is damaged.
    """
    return read_lines(folder / ANNOTATIONS, Annotation, "annotation")


def broken_annotations(folder: Path, head: str) -> list[str]:
    """What is wrong with the file of remarks; nothing when there is none."""
    path = folder / ANNOTATIONS
    if not path.is_file():
        return []
    try:
        told = read_annotations(folder)
    except InputError:
        return [f"{ANNOTATIONS}: changed: a line is no annotation"]
    before, written = head, b""
    for number, one in enumerate(told, 1):
        if one.link != one.after(before).link:
            return [f"{ANNOTATIONS}: line {number} was changed, or one before it is missing"]
        before = one.link
        written += msgspec.json.encode(one) + b"\n"
    return [] if written == path.read_bytes() else [f"{ANNOTATIONS}: changed: not as bmshil writes it"]
