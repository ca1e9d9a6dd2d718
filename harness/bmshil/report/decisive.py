"""Which of many judgements stands for a requirement."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from bmshil.judge import Question, worst

if TYPE_CHECKING:
    from bmshil.evidence import JudgementRecord, RequirementResult
    from bmshil.judge import Verdict


class Answer(NamedTuple):
    """One of the two questions of a requirement, answered.

    Attributes:
        question: which.
        verdict: the requirement's answer.
        decisive: the judgement that shows it best; None when it came to no judgement.
        test: position in the requirement's tests of the one that drew it; None likewise.
    """

    question: Question
    verdict: Verdict
    decisive: JudgementRecord | None
    test: int | None


def answers(requirement: RequirementResult) -> list[Answer]:
    """The questions that were asked about a requirement, each with its decisive judgement.

    Of the tests that share the requirement's answer it is the worst judgement, and among equals the one
    nearest to its limit, or farthest beyond it.
    """
    found = []
    for question, verdict in (
        (Question.CONFORMITY, requirement.conformity),
        (Question.SAFETY, requirement.safety),
    ):
        if verdict is not None:
            judgement, test = _decisive(requirement, question, verdict)
            found.append(Answer(question, verdict, judgement, test))
    return found


def _decisive(
    requirement: RequirementResult, question: Question, verdict: Verdict
) -> tuple[JudgementRecord | None, int | None]:
    drawn = [
        (judgement, position)
        for position, test in enumerate(requirement.tests)
        if (test.conformity if question is Question.CONFORMITY else test.safety) is verdict
        for judgement in test.judgements
        if judgement.question is question
    ]
    word = worst(judgement.verdict for judgement, _ in drawn)
    drawn = [(judgement, position) for judgement, position in drawn if judgement.verdict is word]
    if not drawn:
        return None, None
    # A figure tells more than a word: of a reaction its time, not that there was one.
    drawn = [one for one in drawn if math.isfinite(margin(one[0]))] or drawn
    first = drawn[0][0]
    alike = [one for one in drawn if (one[0].rule, one[0].unit) == (first.rule, first.unit)]
    return min(alike, key=lambda one: margin(one[0]))


def margin(judgement: JudgementRecord) -> float:
    """How far the measured value is from the other verdict, in its unit; negative when it is beyond.

    Infinite where there is no distance, as between words.
    """
    value = judgement.measurement.value if judgement.measurement else None
    limit, tolerance = judgement.limit, judgement.tolerance or 0.0
    if isinstance(value, bool) or not isinstance(value, float):
        return math.inf
    if isinstance(limit, list):
        ends = [end for end in limit if isinstance(end, float)]
        return tolerance + min(value - ends[0], ends[1] - value) if len(ends) == 2 else math.inf
    if isinstance(limit, bool) or not isinstance(limit, float):
        return math.inf
    distances = {
        "equals": tolerance - abs(value - limit),
        "at most": limit + tolerance - value,
        "at least": value - limit + tolerance,
    }
    return distances.get(judgement.rule, math.inf)
