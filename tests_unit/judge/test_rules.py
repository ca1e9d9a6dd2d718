"""Every rule, by literal tables: which value gets which answer, and in which words."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.judge import Judgement, Measurement, Question, Verdict, draw
from bmshil.judge.rules import RULES

Draw = Callable[..., Judgement]

PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
volts = st.floats(-1000, 1000)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (55.2, PASS),
        (55.3, PASS),
        (55.1, PASS),
        (55.3125, FAIL),
        (55.0625, FAIL),
        (0.0, FAIL),
        (-55.2, FAIL),
    ],
)
def test_equals_is_two_sided(drawn: Draw, value: float, verdict: Verdict) -> None:
    assert drawn("equals", value, 55.2, tolerance=0.101).verdict is verdict


def test_equals_without_a_tolerance_wants_the_very_value(drawn: Draw) -> None:
    assert drawn("equals", 55.25, 55.25).verdict is PASS
    assert drawn("equals", 55.2500001, 55.25).verdict is FAIL


@pytest.mark.parametrize(
    ("wrong", "verdict"),
    [
        ((56.0,), PASS),
        ((55.875,), PASS),  # 0.625 V away, the reach is 0.5 + 0.0625 V
        ((55.8125,), INCONCLUSIVE),  # at the reach
        ((55.75,), INCONCLUSIVE),  # within the uncertainty beyond the tolerance
        ((54.75,), INCONCLUSIVE),  # from below
        ((56.0, 55.25), INCONCLUSIVE),  # one of two is enough
    ],
)
def test_a_wrong_answer_that_cannot_be_told_apart_makes_it_inconclusive(
    drawn: Draw, wrong: tuple[float, ...], verdict: Verdict
) -> None:
    right = drawn("equals", 55.25, 55.25, tolerance=0.5, uncertainty=0.0625, wrong=wrong)
    assert right.verdict is verdict


def test_without_discrimination_not_even_a_clear_failure_counts(drawn: Draw) -> None:
    judgement = drawn("equals", 40.0, 55.2, tolerance=0.5, uncertainty=0.1, wrong=(55.73, 56.0))
    assert judgement.verdict is INCONCLUSIVE
    assert judgement.reason == "cannot discriminate: 55.73 V lies within 0.6 V of 55.2 V"


def test_a_failure_names_the_known_wrong_answer(drawn: Draw) -> None:
    judgement = drawn("equals", 55.75, 55.2, tolerance=0.1, wrong=(55.73, 56.0))
    assert judgement.reason == "55.75 V instead of 55.2 within 0.1; that is the known wrong answer 55.73"
    assert drawn("equals", 55.5, 55.2, tolerance=0.1, wrong=(55.73, 56.0)).reason == (
        "55.5 V instead of 55.2 within 0.1"
    )


@pytest.mark.parametrize(
    ("rule", "value", "tolerance", "verdict", "reason"),
    [
        ("at most", 55.2, 0.0, PASS, "55.2 V is at most 55.2"),
        ("at most", -99.0, 0.0, PASS, "-99 V is at most 55.2"),
        ("at most", 55.25, 0.0, FAIL, "55.25 V is more than 55.2 + 0"),
        ("at most", 55.35, 0.2, PASS, "55.35 V is at most 55.2"),
        ("at most", 55.45, 0.2, FAIL, "55.45 V is more than 55.2 + 0.2"),
        ("at least", 55.2, 0.0, PASS, "55.2 V is at least 55.2"),
        ("at least", 99.0, 0.0, PASS, "99 V is at least 55.2"),
        ("at least", 55.15, 0.0, FAIL, "55.15 V is less than 55.2 - 0"),
        ("at least", 55.05, 0.2, PASS, "55.05 V is at least 55.2"),
        ("at least", 54.95, 0.2, FAIL, "54.95 V is less than 55.2 - 0.2"),
    ],
)
def test_one_sided_limits(  # noqa: PLR0917 - one row of the table
    drawn: Draw, rule: str, value: float, tolerance: float, verdict: Verdict, reason: str
) -> None:
    judgement = drawn(rule, value, 55.2, tolerance=tolerance)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("value", "tolerance", "verdict"),
    [
        (58.0, 0.0, PASS),
        (62.0, 0.0, PASS),
        (57.5, 0.0, FAIL),
        (62.5, 0.0, FAIL),
        (57.5, 0.5, PASS),
        (62.5, 0.5, PASS),
        (57.25, 0.5, FAIL),
        (62.75, 0.5, FAIL),
    ],
)
def test_between_includes_both_ends(drawn: Draw, value: float, tolerance: float, verdict: Verdict) -> None:
    judgement = drawn("between", value, (58.0, 62.0), tolerance=tolerance, unit="s")
    assert judgement.verdict is verdict
    side = "in" if verdict is PASS else "outside"
    assert judgement.reason == f"{value:g} s lies {side} 58 .. 62"


@pytest.mark.parametrize(
    ("value", "limit", "verdict", "reason"),
    [
        (True, True, PASS, "dc.voltage is true"),
        (False, True, FAIL, "dc.voltage is false, not true"),
        ("minimum", "minimum", PASS, "dc.voltage is 'minimum'"),
        ("average", "minimum", FAIL, "dc.voltage is 'average', not 'minimum'"),
        ("", "minimum", FAIL, "dc.voltage is '', not 'minimum'"),
        ("true", True, FAIL, "dc.voltage is 'true', not true"),
        (1.0, True, FAIL, "dc.voltage is 1.0, not true"),
        (3.0, 3.0, PASS, "dc.voltage is 3.0"),
    ],
)
def test_a_fact_is_itself_and_nothing_like_it(
    drawn: Draw, value: float | bool | str, limit: float | bool | str, verdict: Verdict, reason: str
) -> None:
    judgement = drawn("is", value, limit)
    assert (judgement.verdict, judgement.reason) == (verdict, reason)


def test_what_nobody_specified_is_noted(drawn: Draw) -> None:
    judgement = drawn("noted", 12.5, 12.5, unit="s")
    assert (judgement.verdict, judgement.reason) == (Verdict.CHARACTERISED, "12.5 s")
    assert drawn("noted", "unsafe", "unsafe").reason == "'unsafe'"


@pytest.mark.parametrize(
    ("rule", "limit"),
    [
        ("equals", 1.0),
        ("at most", 1.0),
        ("at least", 1.0),
        ("between", (0.0, 1.0)),
        ("is", 1.0),
        ("noted", 1.0),
    ],
)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_says_nothing_about_the_device(
    drawn: Draw, rule: str, limit: float | tuple[float, float], value: float
) -> None:
    judgement = drawn(rule, value, limit)
    assert judgement.verdict is INCONCLUSIVE
    assert judgement.reason.startswith("dc.voltage gave no number: ")


@pytest.mark.parametrize(
    ("rule", "value", "limit", "tolerance", "error"),
    [
        ("equals", 1.0, (0.0, 1.0), 0.0, TypeError),
        ("equals", "1.0", 1.0, 0.0, TypeError),
        ("equals", True, 1.0, 0.0, TypeError),
        ("at most", 1.0, "1.0", 0.0, TypeError),
        ("at most", 1.0, math.nan, 0.0, ValueError),
        ("at most", "low", 1.0, 0.0, TypeError),
        ("at least", 1.0, math.nan, 0.0, ValueError),
        ("between", 1.0, 1.0, 0.0, TypeError),
        ("between", 1.0, (2.0, 1.0), 0.0, ValueError),
        ("between", 1.0, (math.nan, 1.0), 0.0, ValueError),
        ("equals", 1.0, 1.0, -0.1, ValueError),
        ("at most", 1.0, 1.0, math.nan, ValueError),
        ("between", 1.0, (0.0, 2.0), math.inf, ValueError),
    ],
)
def test_a_recipe_that_makes_no_sense_is_a_defect_of_the_test(  # noqa: PLR0917 - one row of the table
    drawn: Draw, rule: str, value: object, limit: object, tolerance: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        drawn(rule, value, limit, tolerance=tolerance)


def test_every_rule_is_proved_here() -> None:
    assert sorted(RULES) == ["at least", "at most", "between", "equals", "is", "noted"]


def recipe(rule: str, value: float, limit: float, tolerance: float = 0.0) -> Judgement:
    measured = Measurement("dc.voltage", 0.0, 1.0, "mean", value, "V")
    return Judgement(Question.SAFETY, "law", rule, measured, limit, tolerance=tolerance)


@given(value=volts, expected=volts, tolerance=st.floats(0, 10))
def test_equals_never_passes_what_lies_further_away(value: float, expected: float, tolerance: float) -> None:
    verdict = draw(recipe("equals", value, expected, tolerance)).verdict
    assert verdict is (FAIL if abs(value - expected) > tolerance else PASS)


@given(value=volts, limit=volts)
def test_a_value_is_at_most_or_at_least_a_limit(value: float, limit: float) -> None:
    verdicts = {draw(recipe(rule, value, limit)).verdict for rule in ("at most", "at least")}
    assert verdicts == ({PASS} if value == limit else {PASS, FAIL})


@given(value=volts, expected=volts, before=st.sampled_from(Verdict))
def test_the_verdict_that_stood_there_plays_no_part(value: float, expected: float, before: Verdict) -> None:
    fresh = recipe("equals", value, expected, 0.5)
    stained = Judgement(
        fresh.question,
        fresh.statement,
        fresh.rule,
        fresh.measurement,
        fresh.limit,
        fresh.tolerance,
        verdict=before,
        reason="somebody said so",
    )
    assert draw(stained) == draw(fresh)
