"""Closing the evidence of a run: everything compressed, described, hashed and chained."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle.chain import chain, digest
from bmshil.evidence.bundle.manifest import MANIFEST, Manifest, SealedFacts, first_value
from bmshil.evidence.bundle.outside import (
    ANNOTATIONS,
    EARLIER,
    MANIFESTS,
    PAGE_SEAL,
    REGISTER,
    SIGNATURE_NOTE,
    files_of,
    outside,
)
from bmshil.evidence.bundle.verifying import verify
from bmshil.evidence.trace import export_blf
from bmshil.journal import pack_journal

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary

README = "README.md"

DRAFT = f"{MANIFEST}.new"


def is_sealed(folder: Path) -> bool:
    """Whether the evidence of a run is closed."""
    return (folder / MANIFEST).is_file()


def seal(store: RunStore) -> Manifest:
    """Close the evidence of a run that nobody writes any more, also one that was killed.

    The manifest comes last: a run that was interrupted while it was sealed can be sealed again.

    Args:
        store: the run.

    Raises:
        InputError: it is sealed already, its summary cannot be read, or the disk refuses.
    """
    if is_sealed(store.path):
        raise InputError(f"{store.path}: sealed already; `bmshil verify {store.path}` looks whether it holds")
    from bmshil.evidence.interrupted import tell_interrupted  # noqa: PLC0415 - it judges, over sealed runs too

    summary = store.read()
    notes = _compressed(store, summary)
    if tell_interrupted(store, summary):
        store.write(summary)
    try:
        text = resources.files("bmshil.evidence.bundle").joinpath("BUNDLE.md").read_bytes()
        (store.path / README).write_bytes(text)
        (store.path / DRAFT).unlink(missing_ok=True)
        manifest = _manifest(store.path, summary, notes)
        draft = store.path / DRAFT
        draft.write_bytes(manifest.encoded())
        os.replace(draft, store.path / MANIFEST)  # noqa: PTH105 - the atomicity is what matters
    except OSError as error:
        raise InputError(f"{store.path}: cannot be sealed ({error.strerror or error})") from error
    return manifest


def require_as_sealed(store: RunStore) -> None:
    """Refuse to open a sealed run again that somebody relies on, or that has changed.

    Args:
        store: the run; one that is not sealed is refused by nothing.

    Raises:
        InputError: it was signed or annotated, so that somebody relies on it as it is; or it has changed.
    """
    folder = store.path
    if not is_sealed(folder):
        return
    for name in (SIGNATURE_NOTE, ANNOTATIONS, REGISTER):
        if (folder / name).is_file():
            raise InputError(f"{folder}: has {name}, so somebody relies on it as it is: start a new run")
    if findings := verify(folder):
        raise InputError(f"{folder}: not as it was sealed ({findings[0]}): start a new run")


def open_again(store: RunStore) -> None:
    """Open a sealed run, because tests are to be added to it; its manifest is kept as an earlier one.

    Args:
        store: the run, after :func:`require_as_sealed`; one that is not sealed stays as it is.

    Raises:
        InputError: the disk refuses.
    """
    folder = store.path
    if not is_sealed(folder):
        return
    earlier = folder / EARLIER
    try:
        earlier.mkdir(exist_ok=True)
        count = len(list(earlier.glob(MANIFESTS)))
        (folder / MANIFEST).rename(earlier / f"manifest-{count + 1}.json")
        (folder / PAGE_SEAL).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be opened again ({error.strerror})") from error


def _compressed(store: RunStore, summary: Summary) -> list[str]:
    """Make the journals small and write the trace; returns what is to be told about them."""
    notes = []
    if not summary.complete:
        notes.append("incomplete: the run did not come to its own end")
    notes += [f"cut off by a kill: {what}" for part in summary.parts for what in part.cut]
    journals = store.journals()
    for folder in journals:
        notes += [f"cut off by a kill: {folder.name}/{what}" for what in pack_journal(folder)]
    if journals:
        try:
            export_blf(journals, store.trace, epoch=summary.started)
        except InputError as error:
            # A journal that was killed before its first names were written has no trace, but it has frames.
            notes.append(f"no {store.trace.name}: {str(error).replace(str(store.path), store.name)}")
    return notes


def _manifest(folder: Path, summary: Summary, notes: list[str]) -> Manifest:
    facts = SealedFacts(
        run=summary.run,
        started=summary.started,
        finished=summary.finished,
        sealed=datetime.now(UTC),
        complete=summary.complete,
        notes=notes,
        verdict=str(summary.verdict),
        versions=summary.versions,
        rules=summary.rules,
        rig=summary.rig,
        dut=summary.dut,
        facts=summary.facts,
    )
    names = [name for name in files_of(folder) if not outside(name)]
    plain = msgspec.to_builtins(facts)
    first = first_value(plain)
    files = chain(first, ((name, (folder / name).stat().st_size, digest(folder / name)) for name in names))
    return Manifest(facts=plain, files=files, head=files[-1].link if files else first)
