"""Attempts that never came to their end: what they have judged is told all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.records import JudgementRecord, TestResult
from bmshil.evidence.rejudge.judging import judgement_of
from bmshil.evidence.rejudge.material import Evidence
from bmshil.judge import brought_back, conclude

if TYPE_CHECKING:
    from bmshil.evidence.rejudge.material import Material, Untold
    from bmshil.evidence.run_store import RunStore
    from bmshil.evidence.summary import Summary
    from bmshil.journal import Event
    from bmshil.judge import Health


def tell_interrupted(store: RunStore, summary: Summary) -> bool:
    """Add to a summary every attempt that its journals have begun, and that it has no result of.

    One in which the device was found guilty has failed, unless its rig was in trouble; any other one is
    inconclusive. A journal that a kill has left without its names tells of none.

    Args:
        store: the run; nobody writes its journals any more.
        summary: changed where there is any.

    Returns:
        Whether it was changed.
    """
    try:
        evidence = Evidence(store, summary)
    except InputError:
        return False
    added = False
    for requirement in summary.requirements:
        for result in requirement.tests:
            evidence.mark(result)
    for one in evidence.untold():
        begun, ended, health = _begun(one.material), one.material.conclusion, one.material.health
        if begun is None or ended is None or health is None:
            continue
        told = begun.data
        attempt = summary.attempts.get(told["test"], 0) + 1
        result = _result(one, told["test"], attempt, ended, health)
        summary.add(one.material.requirement, told["title"], told["subject"], result)
        added = True
    return added


def _begun(material: Material) -> Event | None:
    """The event that tells which test it is; None in a journal of before there was one."""
    for event in material.within:
        if event.kind == "test" and event.data.get("phase") == "ready":
            return event
    return None


def _result(one: Untold, test: str, attempt: int, ended: Event, health: Health) -> TestResult:
    material = one.material
    records = [msgspec.convert(event.data, JudgementRecord, strict=False) for event in material.judged]
    records = [
        msgspec.structs.replace(record, unit=record.measurement.unit if record.measurement else "")
        for record in records
    ]
    drawn = [judgement_of(record, record.measurement) for record in records if record.measurement]
    concluded = conclude(drawn, health, brought_back(ended.data["ended_by"]))
    return TestResult(
        test=test,
        verdict=concluded.verdict,
        conformity=concluded.conformity,
        safety=concluded.safety,
        reason=concluded.reason,
        start=one.start,
        end=ended.data["end"],
        worker=one.worker,
        attempt=attempt,
        judgements=records,
        health=msgspec.to_builtins(health),
        interrupted=material.interrupted,
    )
