"""The compatibility matrix: device x firmware x requirement.

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
from bmshil.evidence.passport.collect import SUBJECT, standing
from bmshil.evidence.run_store import RunStore
from bmshil.judge import Verdict  # noqa: TC001 - msgspec reads the type at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.evidence.passport.collect import Answered
    from bmshil.evidence.summary import RequirementResult, Summary


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
        firmware: as the rig file states it.
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
        requirements: id and title of all that any run tried, by id.
        columns: by profile, mutation, and the time of the newest run.
    """

    format: int = 1
    requirements: dict[str, str]
    columns: list[Column]


def matrix_of(paths: Sequence[Path], beside: Path) -> Matrix:
    """Draw the matrix of any number of runs.

    Args:
        paths: folders of runs.
        beside: folder that the matrix is going to stand in; links start there.

    Raises:
        InputError: a folder is no run, or there is none.
    """
    stores = {store.path.resolve(): store for store in map(RunStore.open, paths)}.values()
    if not stores:
        raise InputError("name at least one run, e.g. runs/*")
    runs = sorted(((store, store.read()) for store in stores), key=lambda one: one[1].started)
    groups: dict[tuple[str, str, str], list[tuple[RunStore, Summary]]] = {}
    for store, summary in runs:
        dut = summary.dut
        groups.setdefault((dut.profile, dut.mutation or "", dut.firmware), []).append((store, summary))
    columns = [_column(found, beside) for found in groups.values()]
    titles = {
        requirement.id: requirement.title
        for _, summary in runs
        for requirement in summary.requirements
        if requirement.subject == SUBJECT
    }
    return Matrix(
        requirements=dict(sorted(titles.items())),
        columns=sorted(columns, key=lambda one: (one.profile, one.mutation or "", one.newest)),
    )


def _column(runs: Sequence[tuple[RunStore, Summary]], beside: Path) -> Column:
    newest = runs[-1][1]
    stores = {store.name: store for store, _ in runs}
    answers: dict[str, list[Answered]] = {}
    for store, summary in runs:
        for requirement in summary.requirements:
            if requirement.subject == SUBJECT:
                answers.setdefault(requirement.id, []).append((store.name, requirement))
    places = {
        (summary.run, requirement.id): f"requirement-{position}"
        for _, summary in runs
        for position, requirement in enumerate(summary.requirements, start=1)
    }
    remarks = [remark for store, _ in runs for remark in read_annotations(store.path)]
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
        serials=sorted({summary.dut.serial for _, summary in runs if summary.dut.serial}),
        newest=newest.started,
        runs=[store.name for store, _ in runs],
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
