"""What a guard has done, for people and for evidence."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.safety.shared_files import read_struct, write_shared

if TYPE_CHECKING:
    from bmshil.safety.guard.spec import GuardSpec
    from bmshil.safety.report import OffStep

MOST_EXCHANGES = 5000
"""Exchanges kept of one off order."""


class Step(msgspec.Struct, frozen=True):
    """One step of the off order; ``when`` in s of ``time.monotonic``."""

    device: str
    action: str
    outcome: str
    detail: str
    when: float


class GuardRecord(msgspec.Struct):
    """One intervention. All moments that are numbers are s of ``time.monotonic``, shared by all processes.

    Attributes:
        rig: name of the rig.
        purpose: what the run was for.
        harness: its process.
        cause: why the guard stepped in.
        at: when, ISO 8601.
        noticed: when it knew.
        began: when it began to switch; 0 before.
        killed: processes that it has killed; the harness itself, where it still lived, first.
        rounds: how often it went through the off order.
        clean: whether the last round was verified.
        steps: of the last round.
        exchanges: [when the answer came, device, command, answer] of all rounds.
        troubles: what instruments did wrong.
    """

    rig: str
    purpose: str
    harness: int
    cause: str
    at: str
    noticed: float
    began: float = 0.0
    killed: list[int] = []
    rounds: int = 0
    clean: bool = False
    steps: list[Step] = []
    exchanges: list[tuple[float, str, str, str | None]] = []
    troubles: list[str] = []

    def take(self, steps: tuple[OffStep, ...]) -> None:
        """Take in the steps of one round."""
        self.rounds += 1
        self.steps = [Step(one.device, one.action, one.outcome.value, one.detail, one.when) for one in steps]


class Listener:
    """Takes the place of a journal in a process that has none: writes the dialogue into a record."""

    def __init__(self, record: GuardRecord) -> None:
        self._record = record

    def exchange(self, instrument: str, sent: str, reply: str | None) -> None:
        """Write one exchange with an instrument."""
        if len(self._record.exchanges) < MOST_EXCHANGES:
            self._record.exchanges.append((time.monotonic(), instrument, sent, reply))

    def event(self, kind: str, source: str, /, **data: Any) -> None:  # noqa: ANN401 - as a journal takes them
        """Write what an instrument did wrong."""
        if "cause" in data and len(self._record.troubles) < MOST_EXCHANGES:
            self._record.troubles.append(f"{kind} {source}: {data['cause']}")


def new_record(spec: GuardSpec, cause: str) -> GuardRecord:
    """Begin a record: the guard has just noticed."""
    return GuardRecord(
        rig=spec.mark.rig,
        purpose=spec.mark.purpose,
        harness=spec.mark.pid,
        cause=cause,
        at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        noticed=time.monotonic(),
    )


def keep_record(record: GuardRecord, also: str | None) -> None:
    """Write a record into the state folder, and into a file of the run where there is one.

    Raises:
        RigError: the state folder cannot be written.
        OSError: the run's file cannot be written.
    """
    text = msgspec.json.format(msgspec.json.encode(record))
    write_shared(_name(record.rig), text)
    if also is not None:
        Path(also).write_bytes(text)


def last_record(rig: str) -> GuardRecord | None:
    """What a guard did last on a rig; None when there is nothing that can be understood.

    Raises:
        RigError: its file cannot be read.
    """
    return read_struct(_name(rig), GuardRecord)


def _name(rig: str) -> str:
    return f"{rig}.guard.json"
