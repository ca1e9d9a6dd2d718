"""The compatibility matrix: device x firmware x requirement.

A column is one firmware. Runs whose rig file states no firmware have a column each: nobody can tell whether
they were of one.

Which verdict stands in a cell that several runs have answered: a failure stays, whatever later runs of the
same firmware say; otherwise the newest run that asked (``collect.standing``).
A cell keeps the verdicts of all runs beside it. What people have written about a run stands beside the
machine's verdict, never in its place.
"""

from __future__ import annotations

import os
from datetime import datetime  # noqa: TC003 - msgspec reads the type at run time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.bundle import Annotation, read_annotations
from bmshil.evidence.passport.collect import SUBJECT, answers_of, standing
from bmshil.evidence.passport.conditions import conditions_of
from bmshil.evidence.passport.runs import NOT_AS_SEALED, named_runs
from bmshil.judge import Verdict  # noqa: TC001 - msgspec reads the type at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.evidence.passport.runs import NamedRun
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import RequirementResult


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One requirement on one firmware.

    Attributes:
        requirement: its id.
        verdict: the one that stands.
        conformity: answer to this question; None when not asked.
        safety: answer to this question; None when not asked.
        reason: why.
        run: the run that it is from.
        link: place in that run's page, relative to the matrix; empty where there is no page.
        all: the verdict of each run that tried it, oldest first.
        annotations: what people have written about it.
    """

    requirement: str
    verdict: Verdict
    conformity: Verdict | None = None
    safety: Verdict | None = None
    reason: str = ""
    run: str
    link: str = ""
    all: list[Verdict]
    annotations: list[Annotation] = []


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One firmware of one device.

    Attributes:
        profile: of the device.
        title: of the device, for people.
        firmware: as the rig file states it; empty where it states none, and the column is of one run.
        mutation: the deliberate deviation of a twin; None for a device as it is.
        serials: numbers of the units that were tested.
        newest: when the newest of its runs began.
        runs: names of its runs, oldest first.
        cells: by requirement; one that no run tried is missing.
    """

    profile: str
    title: str
    firmware: str
    mutation: str | None
    serials: list[str]
    newest: datetime
    runs: list[str]
    cells: dict[str, Cell]


class Matrix(msgspec.Struct, frozen=True, kw_only=True, tag_field="document", tag="bmshil matrix"):
    """Which device passes what.

    Attributes:
        format: version of this format.
        notes: what a reader must know, a sentence each.
        requirements: id and title of all that any run tried, by id.
        columns: by profile, mutation, and the time of the newest run.
    """

    format: int = 1
    notes: list[str] = []
    requirements: dict[str, str]
    columns: list[Column]


def matrix_of(paths: Sequence[Path], beside: Path, *, force: bool = False) -> Matrix:
    """Draw the matrix of any number of runs.

    Args:
        paths: folders of runs.
        beside: folder that the matrix is going to stand in; links start there.
        force: whether to take runs that are not what was sealed, too.

    Raises:
        InputError: a folder is no run, there is none, or one is not what was sealed.
    """
    runs = named_runs(paths, force=force)
    if not runs:
        raise InputError("name at least one run, e.g. runs/*")
    groups: dict[tuple[str, ...], list[NamedRun]] = {}
    for run in runs:
        dut = run.summary.dut
        groups.setdefault((dut.profile, dut.mutation or "", dut.firmware or f"of {run.name}"), []).append(run)
    columns = [_column(found, beside) for found in groups.values()]
    titles = {
        requirement.id: requirement.title
        for run in runs
        for requirement in run.summary.requirements
        if requirement.subject == SUBJECT
    }
    return Matrix(
        notes=_notes(runs),
        requirements=dict(sorted(titles.items())),
        columns=sorted(columns, key=lambda one: (one.profile, one.mutation or "", one.newest)),
    )


def _notes(runs: Sequence[NamedRun]) -> list[str]:
    notes = [f"Run {run.name} {NOT_AS_SEALED} {run.changed}." for run in runs if run.changed]
    floors = {run.name: conditions_of(run.store, run.summary) for run in runs}
    for what in ("acceptance file", "decision rule", "test files"):
        kinds = {tuple(sorted(one[what].items())): one[what].get("", "") for one in floors.values()}
        if len(kinds) > 1:
            names = ", ".join(sorted(name or "not stated" for name in kinds.values()))
            notes.append(
                f"The runs were not judged alike, {what}: {len(kinds)} kinds ({names}); cells may differ by "
                "that alone."
            )
    unknown = [run.name for run in runs if not run.summary.dut.firmware]
    if not unknown:
        return notes
    who = f"Run {unknown[0]} states" if len(unknown) == 1 else f"{len(unknown)} runs state"
    missing = "a column for each; write dut.firmware in the rig file before the next run."
    return [*notes, f"{who} no firmware: {missing}"]


def _column(runs: Sequence[NamedRun], beside: Path) -> Column:
    newest = runs[-1].summary
    stores = {run.name: run.store for run in runs}
    answers = answers_of(runs)
    places = {
        (run.name, requirement.id): f"requirement-{position}"
        for run in runs
        for position, requirement in enumerate(run.summary.requirements, start=1)
    }
    remarks = [remark for run in runs for remark in read_annotations(run.store.path)]
    cells = {}
    for identifier in sorted(answers):
        run, result = standing(answers[identifier])
        cells[identifier] = _cell(
            run,
            result,
            link=_link(stores[run], beside, places.get((run, identifier), "")),
            each=[one.verdict for _, one in answers[identifier]],
            remarks=[one for one in remarks if one.requirement == identifier],
        )
    return Column(
        profile=newest.dut.profile,
        title=newest.dut.title,
        firmware=newest.dut.firmware,
        mutation=newest.dut.mutation,
        serials=sorted({run.summary.dut.serial for run in runs if run.summary.dut.serial}),
        newest=newest.started,
        runs=[run.name for run in runs],
        cells=cells,
    )


def _cell(
    run: str, result: RequirementResult, *, link: str, each: list[Verdict], remarks: list[Annotation]
) -> Cell:
    return Cell(
        requirement=result.id,
        verdict=result.verdict,
        conformity=result.conformity,
        safety=result.safety,
        reason=result.reason,
        run=run,
        link=link,
        all=each,
        annotations=remarks,
    )


def _link(store: RunStore, beside: Path, place: str) -> str:
    if not store.report.is_file():
        return ""
    page = os.path.relpath(store.report.resolve(), beside.resolve())
    return f"{Path(page).as_posix()}#{place}"
