"""What one test has left behind, cut where its conclusion was drawn."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bmshil.errors import BmsHilError, InputError
from bmshil.inverter import Profile, profile
from bmshil.journal import Event, Recording, layouts
from bmshil.journal.packing import stream
from bmshil.judge import Health, rig_health

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bmshil.evidence.records import TestResult
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary
    from bmshil.journal import Records

_Exchange = tuple[float, str, str, str | None]

NO_EXCHANGES: list[_Exchange] = []

INTERRUPTED = "interrupted: the test did not come to its end"

CRASHED = "crashed"
"""Stands for a worker that has crashed in a test."""


class Material:
    """The evidence about one test.

    Attributes:
        records: frames and samples of its worker, and the events up to its conclusion: what happened later
            at the same instant plays no part.
        conclusion: the event that tells how the test ended; None for a test that never came to one.
        judged: events of its judgements, in order.
        measured: events of all that was measured in it, judged or not.
        within: all events from its begin to its conclusion.
        start: begin of the window of its conclusion, s.
        health: the rig's health over the test, drawn again; None without a conclusion.
        interrupted: whether nobody has drawn that conclusion at the time, because the test was interrupted.
        profile: what the device declares, from the bundle; None where that cannot be read any more.
        tolerances: expanded uncertainty of the rig by unit; empty where the run does not tell it.
    """

    def __init__(
        self, worker: Worker, at: int | None, known: Profile | None, tolerances: Mapping[str, float]
    ) -> None:
        self._worker = worker
        self.records: Records = worker.recording.telling(worker.events[:at])
        self.conclusion: Event | None = None
        self.judged: list[Event] = []
        self.measured: list[Event] = []
        self.within: Sequence[Event] = ()
        self.tolerances = tolerances
        self.start = 0.0
        self.health: Health | None = None
        self.profile = known
        self.interrupted = at in worker.open
        if at is None:
            return
        self.conclusion = worker.events[at]
        data = self.conclusion.data
        self.start = float(data["start"])
        self.health = rig_health(
            self.records, self.start, data["end"], disturbed=data["disturbed"], alone=data["alone"]
        )
        self.within = worker.events[worker.begin_of(at) : at]
        for event in self.within:
            if event.kind == "judgement":
                self.judged.append(event)
            elif event.kind == "measured":
                self.measured.append(event)

    @property
    def requirement(self) -> str:
        """Id of the requirement that the journal has for this test; empty where it has none."""
        begin = self.within[0] if self.within else None
        return str(begin.data.get("requirement", "")) if begin is not None and begin.kind == "test" else ""

    def heard(self, start: float, end: float) -> NDArray[Any] | None:
        """Frames at the port that decides: the witness, or the emulator without one; None without either."""
        for role in ("witness", "emulator"):
            if role in self.records.ports:
                rows = self.records.frames(start, end)
                own: NDArray[Any] = rows[rows["port"] == self.records.ports.index(role)]
                return own
        return None

    def last_reply(self, instrument: str, sent: str, until: float) -> str | None:
        """What was answered when this was asked last, up to ``until``, s; None when nothing was."""
        told = self._worker.dialogue(instrument)
        for _, _, asked, reply in reversed(told[: bisect_right(told, until, key=lambda one: one[0])]):
            if asked == sent:
                return reply
        return None


class Untold(NamedTuple):
    """A test that came to its conclusion, or was interrupted, and of which the summary has no result.

    Attributes:
        worker: who ran it.
        name: of the test.
        start: its begin, s.
        material: the evidence about it.
    """

    worker: str
    name: str
    start: float
    material: Material


class Worker:
    """The journal of one worker. A test that was interrupted gets the conclusion that nobody has drawn.

    Attributes:
        recording: the journal as it was written.
        events: all of its events, and these conclusions.
        conclusions: places of the conclusions among these, by name and begin of the test.
        open: places of those that the journal does not have.

    Raises:
        InputError: it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dialogue: dict[str, list[_Exchange]] | None = None
        self.recording = Recording.open(folder)
        self.events = self.recording.events(float("-inf"), float("inf"))
        self.open = _conclude_interrupted(self.events)
        self.conclusions = {
            (event.source, float(event.data["start"])): place
            for place, event in enumerate(self.events)
            if event.kind == "conclusion"
        }

    def begin_of(self, at: int) -> int:
        """Place of the event with which the test began that has its conclusion at a place."""
        source = self.events[at].source
        for place in range(at, -1, -1):
            event = self.events[place]
            if event.kind == "test" and event.source == source and event.data.get("phase") == "begin":
                return place
        return 0

    def judged_in(self, at: int) -> bool:
        """Whether anything was judged in the test that has its conclusion at a place."""
        return any(event.kind == "judgement" for event in self.events[self.begin_of(at) : at])

    def stray(self) -> list[int]:
        """Places of judgements that are in no test."""
        within = {place for at in self.conclusions.values() for place in range(self.begin_of(at), at)}
        return [
            place
            for place, event in enumerate(self.events)
            if event.kind == "judgement" and place not in within
        ]

    def dialogue(self, instrument: str) -> list[_Exchange]:
        """All exchanges with one instrument, in the order of time; none where the file is missing."""
        if self._dialogue is None:
            self._dialogue = {}
            try:
                lines = stream(self._folder, layouts.DIALOGUE_FILE).splitlines()
                for line in lines:
                    one = msgspec.json.decode(line, type=_Exchange)
                    self._dialogue.setdefault(one[1], []).append(one)
            except (OSError, msgspec.MsgspecError) as error:
                raise InputError(f"{self._folder}: no dialogue with instruments ({error})") from error
        return self._dialogue.get(instrument, NO_EXCHANGES)


class Evidence:
    """All journals of a run, and the profile that it was made with.

    Attributes:
        profile: what the device declares; None where the bundle has none that can be read.

    Raises:
        InputError: a journal cannot be read.
    """

    def __init__(self, store: RunStore, summary: Summary) -> None:
        self._workers = {folder.name: Worker(folder) for folder in store.journals()}
        self.profile = _profile(store, summary)
        self._tolerances = summary.facts.tolerances
        self._told: set[tuple[str, str, float]] = set()
        self._bare: set[tuple[str, str]] = set()

    def of(self, result: TestResult) -> Material | None:
        """The evidence about one attempt at one test; None where its worker has left no journal."""
        at = self.mark(result)
        worker = self._workers.get(result.worker)
        return None if worker is None else Material(worker, at, self.profile, self._tolerances)

    def mark(self, result: TestResult) -> int | None:
        """Know that the summary tells of an attempt; returns the place of its conclusion in its journal."""
        worker = self._workers.get(result.worker)
        name = result.test.rpartition("::")[2]
        if not result.health:
            self._bare.add((result.worker, name))
        at = None if worker is None else worker.conclusions.get((name, result.start))
        if worker is None or at is None:
            return None
        self._told.add((result.worker, name, result.start))
        # One that was skipped before it judged anything has no conclusion, and needs none.
        skipped = at in worker.open and not result.interrupted and not worker.judged_in(at)
        return None if skipped else at

    def listed(self) -> list[str]:
        """Node ids of the tests that were to be run, in all parts of the run; empty where nobody wrote it."""
        return list(
            dict.fromkeys(
                test
                for worker in self._workers.values()
                for event in worker.events
                if event.kind == "to_be_run"
                for test in event.data["tests"]
            )
        )

    def untold(self) -> list[Untold]:
        """Tests that came to a conclusion, or were interrupted, and that nobody has marked."""
        return [
            Untold(folder, name, start, Material(worker, at, self.profile, self._tolerances))
            for folder, worker in self._workers.items()
            for (name, start), at in worker.conclusions.items()
            if (folder, name, start) not in self._told and not self._without(folder, name, at)
        ]

    def stray(self) -> list[tuple[str, float]]:
        """Worker and time, s, of judgements that belong to no test."""
        return [
            (folder, worker.events[place].t)
            for folder, worker in self._workers.items()
            for place in worker.stray()
        ]

    def _without(self, folder: str, name: str, at: int) -> bool:
        """Whether a test ended before it judged anything, and the summary has that without a window."""
        worker = self._workers[folder]
        told = {(folder, name), (CRASHED, name)} & self._bare
        return at in worker.open and bool(told) and not worker.judged_in(at)


def _conclude_interrupted(events: list[Event]) -> set[int]:
    """Put a conclusion to the end of each test that has none; returns their places."""
    added: set[int] = set()
    place = 0
    while place < len(events):
        ready = events[place]
        place += 1
        if ready.kind != "test" or ready.data.get("phase") != "ready":
            continue
        while place < len(events) and events[place].kind not in ("test", "conclusion"):
            place += 1
        if place < len(events) and events[place].kind == "conclusion":
            continue
        told = {key: ready.data[key] for key in ("start", "disturbed", "alone")}
        end = events[place - 1].t
        told |= {"end": end, "ended_by": {"kind": "Inconclusive", "text": INTERRUPTED}}
        events.insert(place, Event(end, "conclusion", ready.source, told))
        added.add(place)
    return added


def kept_input(store: RunStore, summary: Summary, what: str) -> Path | None:
    """A file that the run was made from, as its own folder has it; None where that has none.

    A name that leads out of the folder is none: who gets a run has other files there.
    """
    name = summary.facts.inputs.get(what, "")
    path = store.path / name
    inside = path.resolve().is_relative_to(store.path.resolve())
    return path if name and inside and path.is_file() else None


def _profile(store: RunStore, summary: Summary) -> Profile | None:
    kept = kept_input(store, summary, "profile")
    try:
        return profile(kept) if kept else None
    except BmsHilError:
        return None
