"""Which class a report has, and what keeps it from being a qualification."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bmshil.evidence.bundle.annotations import Annotation, read_annotations
from bmshil.evidence.bundle.manifest import read_manifest
from bmshil.evidence.bundle.outside import PAGE
from bmshil.evidence.bundle.sealing import is_sealed
from bmshil.evidence.bundle.signing import signature
from bmshil.evidence.bundle.verifying import verify
from bmshil.evidence.facts import ENGINEERING, QUALIFICATION

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary


class Standing(NamedTuple):
    """What stands behind the verdicts of a run.

    Attributes:
        report_class: engineering, or qualification once nothing is missing.
        lacks: what keeps a run of class qualification from being one; empty for a run of class engineering.
        head: of the chain over its evidence; empty for a run that is not sealed.
        signed: file of the signature that was taken in for this head; empty without one.
        annotations: what people say about its verdicts.
        changed: what is not as it was sealed, a line each; the page is none of it, it is drawn from the rest.
    """

    report_class: str
    lacks: tuple[str, ...]
    head: str
    signed: str
    annotations: tuple[Annotation, ...]
    changed: tuple[str, ...] = ()


def standing(store: RunStore, summary: Summary) -> Standing:
    """What stands behind the verdicts of a run, from what is in its folder.

    Raises:
        InputError: the manifest, the annotations or the note about the signature are damaged.
    """
    head = read_manifest(store.path).head if is_sealed(store.path) else ""
    note = signature(store.path)
    signed = note.file if note is not None and head and note.head == head else ""
    remarks = tuple(read_annotations(store.path))
    changed = changed_since_sealed(store.path)
    if summary.facts.report_class != QUALIFICATION:
        return Standing(ENGINEERING, (), head, signed, remarks, changed)
    lacks = [*summary.facts.lacks]
    if not summary.complete:
        lacks.append("the run did not come to its own end")
    if not head:
        lacks.append("the evidence is not sealed")
    elif changed:
        lacks.append(f"the evidence is not what was sealed: {changed[0]}")
    if not signed:
        lacks.append("no signature of the chain's head: sign it and take it in with `bmshil sign`")
    return Standing(ENGINEERING if lacks else QUALIFICATION, tuple(lacks), head, signed, remarks, changed)


def changed_since_sealed(folder: Path) -> tuple[str, ...]:
    """What is not as it was sealed, but for the page; nothing of a run that was never sealed.

    Raises:
        InputError: the manifest is damaged.
    """
    if not is_sealed(folder):
        return ()
    return tuple(one for one in verify(folder) if not one.startswith(f"{PAGE}:"))
