"""A passport from the evidence of runs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.passport.characteristics import CHARACTERISTICS, characteristic
from bmshil.evidence.passport.conditions import conditions_of
from bmshil.evidence.passport.passport import FORMAT, Passport, PassportRun, RequirementEntry, Value
from bmshil.evidence.passport.runs import named_runs, refuse_changed
from bmshil.evidence.run_store import RunStore
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from bmshil.evidence.passport.runs import NamedRun
    from bmshil.evidence.records import DutRecord, JudgementRecord, MeasurementRecord
    from bmshil.evidence.summary import RequirementResult

SUBJECT = "dut"
"""A passport is about the device: what the bench has shown about its own bank and rig is left out."""

DOUBTFUL = (Verdict.INCONCLUSIVE, Verdict.BLOCKED, Verdict.ERROR)
"""What was measured in a test that ended so says nothing about the device."""

Answered = tuple[str, "RequirementResult"]
"""Name of a run, and what it found about one requirement."""


def read_passport(path: Path, *, force: bool = False) -> Passport:
    """The passport of a run's folder, or the one in a JSON file that was written before.

    Args:
        path: folder or file.
        force: whether to take runs that are not what was sealed, too.

    Raises:
        InputError: neither, damaged, of another version of the format, or not what was sealed.
    """
    if path.is_dir() or path.name == RunStore(path.parent).summary.name:
        return passport_of([path], force=force)
    try:
        content = path.read_bytes()
        found = msgspec.json.decode(content, type=Passport)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a run or a passport") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: neither the folder of a run nor a passport; name one of them") from error
    if found.format != FORMAT:
        raise InputError(f"{path}: format {found.format}, this bmshil reads {FORMAT}")
    if not force:
        refuse_changed(found.runs)
    return found


def passport_of(paths: Sequence[Path], *, force: bool = False) -> Passport:
    """Draw the passport of one device from its runs.

    Args:
        paths: folders of runs, in any order.
        force: whether to take runs that are not what was sealed, too.

    Raises:
        InputError: a folder is no run, the runs are of different devices, or one is not what was sealed.
    """
    runs = named_runs(paths, force=force)
    if not runs:
        raise InputError("name at least one run, e.g. runs/20260101-120000-pylon_parallel")
    dut = _one_device(runs)
    values = _values(runs)
    return Passport(
        dut=dut,
        runs=[_run(one) for one in runs],
        values=values,
        requirements=_requirements(runs),
        missing=sorted(CHARACTERISTICS.keys() - {one.key for one in values}, key=list(CHARACTERISTICS).index),
    )


def standing(answers: Sequence[Answered]) -> Answered:
    """Which of several runs speaks for a requirement.

    A failure stays, whatever later runs of the same firmware say: the newest failed one speaks. Otherwise the
    newest run speaks that asked at all.

    Args:
        answers: oldest first, at least one.
    """
    failed = [one for one in answers if one[1].verdict is Verdict.FAIL]
    asked = [one for one in answers if one[1].verdict is not Verdict.SKIPPED]
    return (failed or asked or answers)[-1]


def _one_device(runs: Sequence[NamedRun]) -> DutRecord:
    first = runs[0].summary.dut
    for other in runs[1:]:
        for field in ("profile", "firmware", "serial", "mutation"):
            ours, theirs = getattr(first, field), getattr(other.summary.dut, field)
            if ours != theirs:
                raise InputError(
                    f"a passport is of one device: {field} is {ours or 'none'!r} in {runs[0].name} and "
                    f"{theirs or 'none'!r} in {other.name}; name the runs of one of them"
                )
    return first


def _run(run: NamedRun) -> PassportRun:
    summary = run.summary
    return PassportRun(
        run=run.name,
        started=summary.started,
        complete=summary.complete,
        selection=summary.selection,
        rig=summary.rig.name,
        placement=summary.rig.placement,
        chain=run.head,
        bmshil=summary.versions.get("bmshil", ""),
        conditions=conditions_of(run.store, summary),
        changed=run.changed,
    )


def _values(runs: Sequence[NamedRun]) -> list[Value]:
    found: dict[str, list[Value]] = {}
    for run in runs:
        for requirement in run.summary.requirements:
            for test in requirement.tests:
                if test.verdict in DOUBTFUL or test.problems:
                    continue
                for judgement in test.judgements:
                    if judgement.key and judgement.measurement is not None:
                        value = _value(judgement, judgement.measurement, requirement.id, test.test, run)
                        found.setdefault(judgement.key, []).append(value)
    newest = [_newest(values) for values in found.values()]
    order = list(CHARACTERISTICS)
    return sorted(newest, key=lambda one: order.index(one.key) if one.key in CHARACTERISTICS else math.inf)


def _value(
    judgement: JudgementRecord, measured: MeasurementRecord, requirement: str, test: str, run: NamedRun
) -> Value:
    meaning = characteristic(judgement.key, judgement.statement)
    return Value(
        key=judgement.key,
        title=meaning.title,
        group=meaning.group,
        better=meaning.better,
        value=measured.value,
        unit=measured.unit,
        uncertainty=measured.uncertainty or 0.0,
        requirement=requirement,
        test=test,
        run=run.name,
        chain=run.head,
        statement=judgement.statement,
    )


def _newest(values: Sequence[Value]) -> Value:
    """The newest of all measurements of one key, with the range of all."""
    newest = values[-1]
    numbers = list(_numbers(values))
    return msgspec.structs.replace(
        newest,
        count=len(values),
        lowest=min(numbers, default=None),
        highest=max(numbers, default=None),
    )


def _numbers(values: Iterable[Value]) -> Iterable[float]:
    for one in values:
        if isinstance(one.value, int | float) and not isinstance(one.value, bool):
            yield float(one.value)


def answers_of(runs: Sequence[NamedRun]) -> dict[str, list[Answered]]:
    """What the runs found about the device, by the id of the requirement; oldest first."""
    answers: dict[str, list[Answered]] = {}
    for run in runs:
        for requirement in run.summary.requirements:
            if requirement.subject == SUBJECT:
                answers.setdefault(requirement.id, []).append((run.name, requirement))
    return answers


def _requirements(runs: Sequence[NamedRun]) -> list[RequirementEntry]:
    heads = {run.name: run.head for run in runs}
    answers = answers_of(runs)
    entries = []
    for identifier in sorted(answers):
        run, chosen = standing(answers[identifier])
        entries.append(
            RequirementEntry(
                id=identifier,
                title=chosen.title,
                verdict=chosen.verdict,
                conformity=chosen.conformity,
                safety=chosen.safety,
                reason=chosen.reason,
                run=run,
                chain=heads[run],
                runs=len(answers[identifier]),
            )
        )
    return entries
