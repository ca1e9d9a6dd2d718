"""The kill matrix as a table: each inverter against each requirement, in one word."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.killmatrix.job import Scope
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bmshil.bench.killmatrix.job import Done, Job, Outcome


class Cell(StrEnum):
    """What became of one requirement with one inverter."""

    BY_BOTH = "caught by both"
    BY_CONFORMITY = "caught by conformity"
    BY_SAFETY = "caught by safety"
    MISSED = "missed"
    """It had to fail, and passed."""
    FALSE_ALARM = "false alarm"
    """A good inverter failed."""
    UNSETTLED = "unsettled"
    """A verdict was due, and there is none: inconclusive, blocked or error."""
    UNSAFE = "unsafe as documented"
    """A good inverter conforms, and fails on safety as its profile says."""
    BEYOND = "caught, not listed"
    """A bad inverter fails here too, and its list does not say so."""
    OPEN = "open"
    """A bad inverter that left no verdict where none was due."""
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    CHARACTERISED = "characterised"
    SKIPPED = "skipped"


CAUGHT = (Cell.BY_BOTH, Cell.BY_CONFORMITY, Cell.BY_SAFETY)
WORST_FIRST = (Cell.FALSE_ALARM, Cell.UNSETTLED, Cell.UNSAFE, Cell.PASS, Cell.CHARACTERISED, Cell.SKIPPED)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the table, with why it reads as it does and the command that repeats it."""

    cell: Cell
    reason: str = ""
    runs: int = 1
    command: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One inverter.

    Attributes:
        device: profile and mutation.
        profile: of it.
        mutation: of it; empty for the profile as it is.
        good: whether nothing may fail.
        runs: how many.
        entries: by requirement, of those that were asked.
        inexact: in what the requirements that failed differ from the list; empty when they agree.
        trouble: why a run did not come to its end; empty when all did.
    """

    device: str
    profile: str
    mutation: str
    good: bool
    runs: int
    entries: dict[str, Entry]
    inexact: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def killed(self) -> bool:
        """Whether a bad inverter was caught by at least one requirement that it violates."""
        return any(one.cell in CAUGHT for one in self.entries.values())

    def having(self, cell: Cell) -> list[str]:
        """Requirements with this word."""
        return [name for name, one in self.entries.items() if one.cell is cell]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The kill matrix.

    Attributes:
        rows: good profiles first, then field profiles and mutations, as planned.
        requirements: the columns.
    """

    rows: tuple[Row, ...]
    requirements: tuple[str, ...]

    @property
    def bad(self) -> list[Row]:
        """Rows of inverters that must be caught."""
        return [row for row in self.rows if not row.good]

    @property
    def wrong(self) -> list[str]:
        """Why the matrix does not hold: missed mutations, false alarms, runs without an end; a line each."""
        lines = []
        for row in self.rows:
            lines += [f"{row.device}: {row.trouble}"] if row.trouble else []
            if not row.good and not row.killed:
                lines.append(f"{row.device}: caught by nothing")
            for cell in (Cell.MISSED, Cell.FALSE_ALARM, Cell.UNSETTLED):
                lines += [
                    f"{row.device}: {cell}: {name}: {row.entries[name].reason}" for name in row.having(cell)
                ]
        return lines

    @property
    def inexact(self) -> list[str]:
        """Where a bad inverter fails not exactly what it lists; a line each."""
        return [f"{row.device}: {'; '.join(row.inexact)}" for row in self.rows if row.inexact]


def tabulate(done: Iterable[Done]) -> Table:
    """Make the table of the runs; those of one inverter become one row."""
    runs: dict[str, list[Done]] = {}
    for one in done:
        runs.setdefault(one.job.device, []).append(one)
    rows = [_row(group) for group in runs.values()]
    rows.sort(key=lambda row: (not row.good, bool(row.mutation)))
    names = {name for row in rows for name in row.entries}
    return Table(rows=tuple(rows), requirements=tuple(sorted(names)))


def _row(runs: Sequence[Done]) -> Row:
    job = runs[0].job
    found: dict[str, list[Entry]] = {}
    for run in runs:
        for name, outcome in run.outcomes.items():
            cell = _cell(name, outcome, run.job)
            entry = Entry(cell=cell, reason=outcome.reason, command=f"{run.job.command} -k {name}")
            found.setdefault(name, []).append(entry)
    whole = min(runs, key=lambda run: run.job.seed or 0)
    return Row(
        device=job.device,
        profile=job.profile,
        mutation=job.mutation or "",
        good=job.good,
        runs=len(runs),
        entries={name: _merged(entries) for name, entries in sorted(found.items())},
        inexact=tuple(_documented(whole) if job.good else _differences(whole)),
        trouble="; ".join(dict.fromkeys(_trouble(run) for run in runs if _trouble(run))),
    )


def _cell(name: str, outcome: Outcome, job: Job) -> Cell:
    """The word for what one run has found about one requirement."""
    failed = outcome.failed
    if name in job.violates.requirements:
        # What the profile fails as it is says nothing about its mutation.
        counted = job.counted(name, outcome)
        if counted:
            return {2: Cell.BY_BOTH}.get(
                len(counted), Cell.BY_SAFETY if "safety" in counted else Cell.BY_CONFORMITY
            )
        return {
            Verdict.SKIPPED: Cell.SKIPPED,
            Verdict.PASS: Cell.MISSED,
            Verdict.CHARACTERISED: Cell.MISSED,
            Verdict.FAIL: Cell.MISSED,
        }.get(outcome.verdict, Cell.UNSETTLED)
    if failed:
        if name in job.unsafe and failed == ("safety",):
            return Cell.UNSAFE
        return Cell.FALSE_ALARM if job.good else Cell.BEYOND
    settled = {
        Verdict.SKIPPED: Cell.SKIPPED,
        Verdict.PASS: Cell.PASS,
        Verdict.CHARACTERISED: Cell.CHARACTERISED,
    }
    return settled.get(outcome.verdict, Cell.UNSETTLED if job.good else Cell.OPEN)


def _merged(entries: Sequence[Entry]) -> Entry:
    """One entry of those of several seeds: the worst counts, and how often."""
    if len(entries) == 1:
        return entries[0]
    cell = next(word for word in WORST_FIRST if any(one.cell is word for one in entries))
    first = next(one for one in entries if one.cell is cell)
    alike = sum(one.cell is cell for one in entries)
    told = f"{alike} of {len(entries)} runs: {first.reason}" if first.reason else ""
    return msgspec.structs.replace(first, reason=told, runs=len(entries))


def _trouble(run: Done) -> str:
    """Why a run proves nothing; empty when it came to its end and answered something."""
    if run.trouble or any(one.verdict is not Verdict.SKIPPED for one in run.outcomes.values()):
        return run.trouble
    return "nothing was asked of it"


def _documented(run: Done) -> list[str]:
    """Where a good inverter is safer than its profile says, among what was asked."""
    asked = {name: one for name, one in run.outcomes.items() if one.verdict is not Verdict.SKIPPED}
    safe = sorted(name for name in run.job.unsafe if name in asked and "safety" not in asked[name].failed)
    return [f"does not fail {', '.join(safe)} on safety, though its profile says so"] if safe else []


def _differences(run: Done) -> list[str]:
    """Where the questions by which requirements failed differ from the list, among those asked."""
    lines = []
    violates = run.job.violates
    asked = {name for name, one in run.outcomes.items() if one.verdict is not Verdict.SKIPPED}
    for question, listed in (("conformity", violates.conformity), ("safety", violates.safety)):
        failed = {name for name, one in run.outcomes.items() if question in one.failed}
        known = set(run.job.unsafe) if question == "safety" else set()
        if more := sorted(failed - {*listed} - {*violates.may} - known):
            lines.append(f"fails {', '.join(more)} on {question}, not listed")
        # Where only the list is asked the profile is not the one that it was written for: another may fail
        # the same requirement on one of the two questions. One that fails on neither is missed.
        caught = {
            name
            for name in asked
            if run.job.scope is Scope.LISTED and run.job.counted(name, run.outcomes[name])
        }
        if less := sorted((asked & {*listed}) - failed - caught):
            lines.append(f"does not fail {', '.join(less)} on {question}, though listed")
    if not run.trouble and (never := sorted({*violates.requirements} - asked)):
        lines.append(f"is never asked {', '.join(never)}, though listed")
    return lines
