"""What is kept of a commissioning: one file, for those who open the cabinet years later."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime  # noqa: TC003 - msgspec looks at the annotations when the program runs
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.checks.check import Check


class Photo(msgspec.Struct, frozen=True):
    """A photo by its path, with what proves that it is still the same.

    Attributes:
        path: as given.
        bytes: its size.
        sha256: of its content.
    """

    path: str
    bytes: int
    sha256: str


class Step(msgspec.Struct, frozen=True):
    """One line of the checklist."""

    name: str
    result: str
    found: str
    remedy: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A commissioning record.

    Attributes:
        subject: name of the rig, or the interface.
        operator: who; empty when nobody has said.
        when: when it was done.
        software: version of bmshil.
        packs: how many batteries; None when nobody has said.
        dialect: what they speak; None when nobody was heard.
        scheme: how their identifiers differ, likewise.
        identifiers: of each battery alone, by its number.
        switches: how switches and link cables stand, by pack, where software knows.
        measured: resistance of the cable, ohm; ambient temperature, degC. None stands for an open line.
        steps: the checklist.
        photos: of switches, cables and labels.
    """

    subject: str
    operator: str
    when: Annotated[datetime, msgspec.Meta(tz=True)]
    software: str
    packs: int | None
    dialect: str | None
    scheme: str | None
    identifiers: dict[str, list[str]]
    switches: dict[str, str]
    measured: dict[str, float | None]
    steps: tuple[Step, ...]
    photos: tuple[Photo, ...]


def read_photos(paths: Iterable[str | Path]) -> tuple[Photo, ...]:
    """Look at all photos before anything starts.

    Raises:
        InputError: one is missing or cannot be read.
    """
    photos = []
    for path in paths:
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise InputError(f"--photo {path}: {error.strerror}") from error
        photos.append(Photo(str(path), len(content), hashlib.sha256(content).hexdigest()))
    return tuple(photos)


def steps_of(checks: Iterable[Check]) -> tuple[Step, ...]:
    """The lines of a checklist as they are kept."""
    return tuple(Step(one.name, str(one.result), one.found, one.remedy) for one in checks)


def check_writable(path: Path) -> None:
    """Refuse a place where no record can be kept, before anything starts.

    Raises:
        InputError: it is there already, or nothing can be written into its folder.
    """
    if path.exists():
        raise InputError(f"--record {path}: it is there already, and a record is never replaced")
    if not path.parent.is_dir():
        raise InputError(f"--record {path}: there is no folder {path.parent}")
    draft = _draft(path)
    try:
        # Permissions alone do not tell: the system administrator has all, and a file system may still refuse.
        draft.open("xb").close()
        draft.unlink()
    except OSError as error:
        raise InputError(
            f"--record {path}: cannot be written: {error.strerror}; name another file"
        ) from error


def write_record(path: Path, record: Record) -> None:
    """Keep a record, whole or not at all.

    Raises:
        InputError: it cannot be written there.
    """
    draft = _draft(path)
    try:
        with draft.open("xb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)  # noqa: PTH105 - the atomicity is what matters, and it is named here
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def read_record(path: Path) -> Record:
    """Read a record back.

    Raises:
        InputError: there is none.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Record)
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{path}: no commissioning record: {error}") from error


def _draft(path: Path) -> Path:
    """Where a record stands until it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}")
