"""Judging one test again: its values, its judgements, the rig's health, its conclusion."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.errors import InputError
from bmshil.evidence.records import JudgementRecord
from bmshil.evidence.rejudge.circumstances import contradicted
from bmshil.evidence.rejudge.difference import Counts, Difference, Kind
from bmshil.evidence.rejudge.uncertainty import differs, doubted, known
from bmshil.evidence.rejudge.values import find, same
from bmshil.judge import Judgement, Verdict, brought_back, conclude, draw
from bmshil.judge.decision import GUARDED

if TYPE_CHECKING:
    from bmshil.evidence.records import MeasurementRecord, TestResult
    from bmshil.evidence.rejudge.material import Material
    from bmshil.judge import Health

TOLD = ("question", "statement", "rule", "limit", "tolerance", "wrong", "citation", "measurement")
"""What summary and journal have to tell alike of a judgement."""

FINDINGS = (Verdict.PASS, Verdict.FAIL, Verdict.CHARACTERISED)
"""Verdicts that nobody can have come to without a journal."""

NOT_A_NUMBER = math.nan
"""What stands for a value or limit that was no finite number: JSON has none."""


def judge_again(
    where: str,
    result: TestResult,
    material: Material | None,
    counts: Counts,
    doubts: list[str],
    *,
    newer: bool = False,
) -> tuple[TestResult, list[Difference]]:
    """One attempt at one test, as it comes out now.

    Args:
        where: requirement and test, for differences.
        result: as the run has it.
        material: its evidence; None where there is none.
        counts: counted on.
        doubts: added to: what was taken as recorded, and could decide.
        newer: whether the run was concluded by other rules than these.
    """
    if material is None or material.conclusion is None:
        counts.kept += 1
        if not result.judgements and result.verdict not in FINDINGS:
            return result, []
        claimed = f"{len(result.judgements)} judgements, {result.verdict}"
        lacks = Difference(where, Kind.RECIPE, claimed, "no evidence of them")
        return result, [lacks]
    counts.drawn += 1
    differences = _told_alike(where, result, material)
    drawn: list[Judgement] = []
    for record in result.judgements:
        judgement, found = _judgement_again(where, record, material, counts, doubts)
        differences += found
        if judgement is not None:
            drawn.append(judgement)
    differences += _measured_again(where, material, counts)
    differences += contradicted(where, material, counts, doubts)
    health = material.health
    if health is None:
        return result, differences
    differences += _health_differs(where, result, health)
    concluded = conclude(drawn, health, brought_back(material.conclusion.data["ended_by"]))
    answers = (concluded.verdict, concluded.conformity, concluded.safety)
    then = (result.verdict, result.conformity, result.safety)
    if answers != then and not differences:
        kind = Kind.RULE if newer else Kind.CONCLUSION
        differences.append(Difference(where, kind, _words(then), _words(answers)))
    now = msgspec.structs.replace(
        result,
        verdict=concluded.verdict,
        conformity=concluded.conformity,
        safety=concluded.safety,
        reason=concluded.reason,
        judgements=[JudgementRecord.of(one) for one in drawn],
    )
    return now, differences


def _told_alike(where: str, result: TestResult, material: Material) -> list[Difference]:
    """Whether the summary tells the judgements that the journal has, no more, no less, and no others."""
    then, now = len(result.judgements), len(material.judged)
    if then != now:
        return [Difference(where, Kind.RECIPE, f"{then} judgements", f"{now} in the journal")]
    differences = []
    for record, event in zip(result.judgements, material.judged, strict=True):
        plain: dict[str, Any] = msgspec.to_builtins(record)
        other: dict[str, Any] = msgspec.to_builtins(
            msgspec.convert(event.data, JudgementRecord, strict=False)
        )
        differences += [
            Difference(where, Kind.RECIPE, f"{key} {plain[key]}", f"{other[key]}", record.statement)
            for key in TOLD
            if plain[key] != other[key]
        ]
    return differences


def _judgement_again(
    where: str, record: JudgementRecord, material: Material, counts: Counts, doubts: list[str]
) -> tuple[Judgement | None, list[Difference]]:
    measured = record.measurement
    if measured is None:
        counts.recorded += 1
        return None, []
    found = find(measured, material)
    differences: list[Difference] = []
    if found is None:
        counts.recorded += 1
    else:
        setattr(counts, found.source, getattr(counts, found.source) + 1)
        if not same(found.value, measured.value):
            differences.append(
                Difference(where, Kind.VALUE, _value(measured.value), _value(found.value), record.statement)
            )
            measured = msgspec.structs.replace(measured, value=found.value)
    well = known(measured, material)
    if unlike := differs(where, record, well):
        differences.append(unlike)
        measured = msgspec.structs.replace(measured, uncertainty=well.value)
    elif same(measured.uncertainty or 0.0, well.value):
        counts.known += 1
    else:
        counts.believed += 1
        doubts += doubted(where, record, well)
    try:
        judgement = draw(judgement_of(record, measured))
    except (TypeError, ValueError, LookupError, InputError) as error:
        told = " ".join(str(error).split())
        return None, [
            *differences,
            Difference(where, Kind.RULE, str(record.verdict), f"not drawn: {told}", record.statement),
        ]
    if judgement.verdict != record.verdict and not differences:
        now = f"{judgement.verdict} ({judgement.reason})"
        differences.append(Difference(where, Kind.RULE, str(record.verdict), now, record.statement))
    return judgement, differences


def judgement_of(record: JudgementRecord, measured: MeasurementRecord) -> Judgement:
    """The recipe of a record, for the judge: no finite number has no value in JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    plain.pop("unit")
    told = msgspec.to_builtins(measured)
    told["value"] = NOT_A_NUMBER if told["value"] is None else told["value"]
    told["uncertainty"] = told["uncertainty"] or 0.0
    limit = plain["limit"]
    if limit is None:
        limit = -math.inf if record.rule == "at least" else math.inf
    plain |= {
        "measurement": told,
        "limit": tuple(limit) if isinstance(limit, list) else limit,
        "tolerance": plain["tolerance"] or 0.0,
        "decision": plain["decision"] or str(GUARDED),
    }
    return msgspec.convert(plain, Judgement, strict=False)


def _measured_again(where: str, material: Material, counts: Counts) -> list[Difference]:
    """What was measured on the way, too: also a crossing that was looked for and never came."""
    from bmshil.evidence.records import MeasurementRecord  # noqa: PLC0415 - for this alone

    differences = []
    for event in material.measured:
        data = event.data
        recipe = MeasurementRecord(
            channel=event.source,
            start=data["start"],
            end=data["end"],
            reduction=data["reduction"],
            value=data["value"],
            unit="",
            parameter=data["parameter"],
        )
        found = find(recipe, material)
        counts.unjudged += 1
        if found is not None and not same(found.value, recipe.value):
            what = f"{recipe.reduction} of {recipe.channel} from {recipe.start:.3f} s"
            differences.append(Difference(where, Kind.VALUE, _value(recipe.value), _value(found.value), what))
    return differences


def _health_differs(where: str, result: TestResult, health: Health) -> list[Difference]:
    told = msgspec.to_builtins(health)
    keys = ("problems", "error_frames", "stray_frames", "controllers", "unacknowledged", "garbled")
    differences = []
    for key in keys:
        then, now = result.health.get(key), told[key]
        if _plain(then) != _plain(now):
            differences.append(Difference(where, Kind.HEALTH, _shown(then), _shown(now), key))
    return differences


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple | list) else value


def _shown(value: object) -> str:
    return "; ".join(map(str, value)) or "none" if isinstance(value, tuple | list) else str(value)


def _value(value: object) -> str:
    return "no value" if value is None else str(value)


def _words(answers: tuple[Verdict | None, ...]) -> str:
    verdict, conformity, safety = (str(answer or "not asked") for answer in answers)
    return f"{verdict} (conformity {conformity}, safety {safety})"
