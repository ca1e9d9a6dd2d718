import math

import pytest

from bmshil.evidence import JudgementRecord, MeasurementRecord, RequirementResult, TestResult
from bmshil.judge import Question, Verdict
from bmshil.report.decisive import answers, margin


def judgement(
    value: float | str | bool | None,
    limit: float | str | bool | list[float | str | None] = 55.2,
    *,
    rule: str = "equals",
    verdict: str = "pass",
    tolerance: float = 0.1,
    unit: str = "V",
    question: Question = Question.CONFORMITY,
) -> JudgementRecord:
    return JudgementRecord(
        question=question,
        statement="s",
        rule=rule,
        verdict=Verdict(verdict),
        limit=limit,
        tolerance=tolerance,
        unit=unit,
        measurement=MeasurementRecord(
            channel="c", start=0.0, end=1.0, reduction="mean", value=value, unit=unit
        ),
    )


@pytest.mark.parametrize(
    ("made", "distance"),
    [
        (judgement(55.25), 0.05),
        (judgement(55.5), -0.2),
        (judgement(55.0, 55.4, rule="at most", tolerance=0.0), 0.4),
        (judgement(55.6, 55.4, rule="at most", tolerance=0.0), -0.2),
        (judgement(9.0, 10.0, rule="at least", tolerance=0.5), -0.5),
        (judgement(54.1, [54.0, 56.0], rule="between"), 0.2),
        (judgement("sum", "minimum", rule="is"), math.inf),
        (judgement(True, True, rule="is"), math.inf),
        (judgement(None), math.inf),
        (judgement(4.0, 4.0, rule="noted"), math.inf),
    ],
)
def test_margin_is_the_way_to_the_other_verdict(made: JudgementRecord, distance: float) -> None:
    assert margin(made) == pytest.approx(distance)


def requirement(*tests: TestResult) -> RequirementResult:
    result = RequirementResult(id="AGG-01", title="t", subject="dut")
    for test in tests:
        result.add(test)
    return result


def attempt(conformity: str | None, *judgements: JudgementRecord, safety: str | None = None) -> TestResult:
    return TestResult(
        test="x",
        verdict=Verdict(conformity or safety or "skipped"),
        conformity=Verdict(conformity) if conformity else None,
        safety=Verdict(safety) if safety else None,
        judgements=list(judgements),
    )


def shown(found: RequirementResult) -> list[tuple[str, str, float | str | bool | None, int | None]]:
    return [
        (
            one.question,
            one.verdict,
            one.decisive.measurement.value if one.decisive and one.decisive.measurement else None,
            one.test,
        )
        for one in answers(found)
    ]


def test_among_passes_the_value_nearest_to_its_limit_is_shown() -> None:
    found = requirement(
        attempt("pass", judgement(55.21)), attempt("pass", judgement(55.12)), attempt("pass", judgement(55.2))
    )
    assert shown(found) == [("conformity", "pass", 55.12, 1)]


def test_a_failure_is_shown_before_any_pass_and_the_worst_one_first() -> None:
    found = requirement(
        attempt("pass", judgement(55.29)),
        attempt("fail", judgement(55.5, verdict="fail"), judgement(55.2)),
        attempt("fail", judgement(56.0, verdict="fail")),
    )
    assert shown(found) == [("conformity", "fail", 56.0, 2)]


def test_values_of_different_units_are_not_compared() -> None:
    found = requirement(attempt("pass", judgement(55.2), judgement(3.0, 3.0, tolerance=0.001, unit="s")))
    assert shown(found) == [("conformity", "pass", 55.2, 0)]


def test_each_question_has_its_own_judgement() -> None:
    found = requirement(
        attempt(
            "pass",
            judgement(55.2),
            judgement(55.9, 55.4, rule="at most", verdict="fail", question=Question.SAFETY),
            safety="fail",
        )
    )
    assert shown(found) == [("conformity", "pass", 55.2, 0), ("safety", "fail", 55.9, 0)]


def test_an_answer_that_the_rig_has_spoilt_still_shows_what_was_measured() -> None:
    found = requirement(attempt("inconclusive", judgement(55.2)))
    assert shown(found) == [("conformity", "inconclusive", 55.2, 0)]


def test_a_question_without_a_judgement_has_no_value() -> None:
    assert shown(requirement(attempt("blocked"))) == [("conformity", "blocked", None, None)]
    assert shown(requirement(attempt(None))) == []
