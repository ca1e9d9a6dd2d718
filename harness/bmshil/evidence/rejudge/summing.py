"""What the summary makes of its tests: words, requirements, counts and spreads, drawn again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.evidence.rejudge.difference import Difference, Kind

if TYPE_CHECKING:
    from bmshil.evidence.records import TestResult
    from bmshil.evidence.repeatability import Spread
    from bmshil.evidence.summary import RequirementResult, Summary


def words_differ(where: str, then: TestResult, now: TestResult) -> list[Difference]:
    """Reasons of a test and of its judgements that come out in other words, by the same code.

    Args:
        where: requirement and test.
        then: as the run has it.
        now: as it comes out, with the same verdicts.
    """
    pairs = [("the reason", then.reason, now.reason)]
    if len(then.judgements) == len(now.judgements):
        pairs += [
            (f"the reason of {one.statement}", one.reason, other.reason)
            for one, other in zip(then.judgements, now.judgements, strict=True)
        ]
    return [
        Difference(where, Kind.CONCLUSION, before or "none", after or "none", what)
        for what, before, after in pairs
        if before != after
    ]


def summed_up(then: Summary, now: Summary, explained: set[str], *, same_words: bool) -> list[Difference]:
    """Requirements, counts and the run's verdict that do not follow from the tests.

    Args:
        then: as the run has it.
        now: as it comes out.
        explained: ids of requirements of which something was said already.
        same_words: whether reasons have to come out in the same words.
    """
    after = {one.id: one for one in now.requirements}
    differences: list[Difference] = []
    told: set[str] = set()
    for one in then.requirements:
        if one.id in told:
            differences.append(Difference(one.id, Kind.RECIPE, "told twice", "one requirement"))
        elif one.id not in after:
            differences.append(Difference(one.id, Kind.RECIPE, str(one.verdict), "no test of it"))
        elif one.id not in explained:
            differences += _requirement(one, after[one.id], same_words=same_words)
        told.add(one.id)
    if differences or explained:
        return differences
    run = [(f"{one.verdict}, exit code {one.exit_code}", one.totals) for one in (then, now)]
    return [
        Difference("run", Kind.CONCLUSION, str(before), str(other))
        for before, other in zip(*run, strict=True)
        if before != other
    ]


def _requirement(then: RequirementResult, now: RequirementResult, *, same_words: bool) -> list[Difference]:
    before, after = (
        (one.verdict, one.conformity or "not asked", one.safety or "not asked") for one in (then, now)
    )
    if before != after:
        words = ["{} (conformity {}, safety {})".format(*one) for one in (before, after)]
        return [Difference(then.id, Kind.CONCLUSION, *words)]
    differences = []
    if same_words and then.reason != now.reason:
        differences.append(
            Difference(then.id, Kind.CONCLUSION, then.reason or "none", now.reason or "none", "the reason")
        )
    if _numbers(then.spreads) != _numbers(now.spreads):
        differences.append(
            Difference(then.id, Kind.CONCLUSION, str(then.spreads), str(now.spreads), "the spreads")
        )
    return differences


def _numbers(spreads: list[Spread]) -> list[Spread]:
    """Those of finite numbers: JSON has no others."""
    return [one for one in spreads if math.isfinite(one.low) and math.isfinite(one.high)]
