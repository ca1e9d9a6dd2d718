"""The manifest of a sealed run: what was tested with what, and the chain over all of its files."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec looks at the annotations when the program runs
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle.chain import Link, genesis
from bmshil.evidence.facts import RunFacts  # noqa: TC001 - likewise
from bmshil.evidence.records import DutRecord, RigRecord  # noqa: TC001 - likewise

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = "manifest.json"

SUMMARY = "summary.json"

FORMAT = "bmshil bundle 1"
"""Name and version of the format."""


class SealedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader has to know before any file is opened; copied from the summary when the run was sealed.

    Attributes:
        run: name of the run.
        started: begin on the wall clock.
        finished: end on the wall clock; None for a run that was killed.
        sealed: when the bundle was closed.
        complete: whether the run came to its own end, with a result for every test.
        notes: what is missing or was cut off, a sentence each.
        verdict: of the run, in a word.
        versions: of the harness and of what it stands on.
        rules: version of the rules that the verdicts were drawn by.
        rig: the rig.
        dut: the device under test, with firmware and serial number.
        facts: class, operator, ambient, host, DBC files, code, calibrations.
    """

    run: str
    started: datetime
    finished: datetime | None
    sealed: datetime
    complete: bool
    notes: list[str]
    verdict: str
    versions: dict[str, str]
    rules: str
    rig: RigRecord
    dut: DutRecord
    facts: RunFacts


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``manifest.json``.

    Attributes:
        format: of the bundle.
        facts: as :class:`SealedFacts` has them, in plain values, so that a later version with further facts
            reads and hashes them as they are written; hashed first, so that they are part of the chain.
        files: in the order of their names.
        head: last value of the chain.
    """

    format: str = FORMAT
    facts: dict[str, Any]
    files: list[Link]
    head: str

    def encoded(self) -> bytes:
        """The one way in which a manifest is written: a byte more or less is a change."""
        return _pretty(self)


def first_value(facts: dict[str, Any]) -> str:
    """Where the chain of these facts begins."""
    return genesis(_pretty(facts))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a sealed run.

    Raises:
        InputError: there is no run, it is not sealed, or its manifest is damaged or of another version.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(_no_manifest(folder))
    return manifest_at(path)


def manifest_at(path: Path) -> Manifest:
    """A manifest, wherever it is.

    Raises:
        InputError: it cannot be read, or is damaged or of another version.
    """
    try:
        content = path.read_bytes()
        found = msgspec.json.decode(content, type=_Format).format
        if found != FORMAT:
            raise InputError(f"{path}: {found!r}, this bmshil reads {FORMAT!r}; use the one that wrote it")
        return msgspec.json.decode(content, type=Manifest)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: damaged, or no manifest of bmshil: get the folder from its source again"
        ) from error


def _no_manifest(folder: Path) -> str:
    """Why there is none, and what to do."""
    if not folder.is_dir():
        return f"{folder}: no such folder; name the folder of a run"
    if not (folder / SUMMARY).is_file():
        return f"{folder}: not the folder of a run: it has no {SUMMARY}"
    return (
        f"{folder}: never sealed, or its {MANIFEST} is gone: `bmshil seal {folder}` seals what is there now"
    )


class _Format(msgspec.Struct):
    format: str


def _pretty(value: Any) -> bytes:  # noqa: ANN401 - any structure
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"
