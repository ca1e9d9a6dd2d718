"""The folder of one run: what is where, and writing that survives a kill."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.summary import READABLE, SCHEMA, Summary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_SUMMARY = "summary.json"
_JOURNALS = "journal"


class RunStore:
    """Everything that one run leaves behind.

    Attributes:
        path: the run's folder.
        name: its name, ``<time>-<dut>``.
        summary: verdicts, as JSON.
        report: the page for people.
        junit: results as JUnit XML.
        allure: folder of allure results.
        trace: all frames, as BLF.
        plan: which tests were to be run, as JSON; only where somebody has chosen by value or time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.summary = path / _SUMMARY
        self.report = path / "report.html"
        self.junit = path / "junit.xml"
        self.allure = path / "allure-results"
        self.trace = path / "trace.blf"
        self.plan = path / "plan.json"

    @classmethod
    def create(cls, root: Path, dut: str, *, started: datetime) -> Self:
        """Make the folder of a new run below ``root``.

        Args:
            root: folder of all runs; made when missing.
            dut: name of the device's profile; part of the folder's name.
            started: time of start, part of the folder's name. A second run in the same second gets "-2".

        Raises:
            InputError: the folder cannot be made.
        """
        safe = re.sub(r"[^A-Za-z0-9_.]+", "_", dut).strip("._") or "dut"
        stem = f"{started:%Y%m%d-%H%M%S}-{safe}"
        try:
            root.mkdir(parents=True, exist_ok=True)
            path, count = root / stem, 1
            while not _made(path):
                count += 1
                path = root / f"{stem}-{count}"
        except OSError as error:
            raise InputError(
                f"{root}: cannot keep a run here ({error.strerror}); name another folder"
            ) from error
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the folder of an earlier run, or the ``summary.json`` in it.

        Raises:
            InputError: there is no run.
        """
        folder = path.parent if path.name == _SUMMARY else path
        if not folder.is_dir():
            raise InputError(f"{folder}: no such folder; name the folder of a run, as in runs/")
        if not (folder / _SUMMARY).is_file():
            raise InputError(f"{folder}: not the folder of a run: it has no {_SUMMARY}")
        return cls(folder)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the run against every other process that would add to it; nothing is written for that.

        Raises:
            InputError: another one holds it.
        """
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise InputError(
                    f"{self.path}: another process works on this run: wait until it has ended"
                ) from None
            except OSError:
                pass  # a file system without locks, as some shares are: a run is kept there all the same
            yield
        finally:
            os.close(folder)

    def journal(self, worker: str = "main") -> Path:
        """Folder of one worker's journal; it need not exist yet."""
        return self.path / _JOURNALS / worker

    def junit_of(self, part: str) -> Path:
        """Results of one part of a run as JUnit XML; a run that was resumed has several parts."""
        return self.junit if part == "main" else self.path / f"junit-{part}.xml"

    def journals(self) -> list[Path]:
        """Folders of all journals of this run, by name."""
        return sorted(folder for folder in (self.path / _JOURNALS).glob("*") if folder.is_dir())

    def write(self, summary: Summary) -> None:
        """Write the summary; whoever reads, even after a kill, finds the old or the new one, never half."""
        draft = self.summary.with_suffix(".json.new")
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n")
        os.replace(draft, self.summary)  # noqa: PTH105 - the atomicity is what matters, and it is named here

    def read(self) -> Summary:
        """Read the summary back.

        Raises:
            InputError: it is missing, damaged, or of another version of the format.
        """
        try:
            content = self.summary.read_bytes()
            schema = msgspec.json.decode(content, type=_Schema).schema
            if schema not in READABLE:
                raise InputError(
                    f"{self.summary}: format {schema}, this bmshil reads up to {SCHEMA}; "
                    "use the one that wrote it"
                )
            return msgspec.json.decode(content, type=Summary)
        except OSError as error:
            raise InputError(f"{self.summary}: cannot be read ({error.strerror})") from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            what = "damaged, or no run of bmshil: get the folder from its source again"
            raise InputError(f"{self.summary}: {what}") from error


class _Schema(msgspec.Struct):
    schema: int


def _made(path: Path) -> bool:
    try:
        path.mkdir()
    except FileExistsError:
        return False
    return True
