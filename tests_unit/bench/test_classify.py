"""Which rule a device follows, told from its answers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bench import classify_currents, classify_voltages
from bmshil.errors import Inconclusive

# Answers in units of I_ref: all packs at 2, then pack 1, 2, 3 at 1.
CURRENTS = [
    ([6.0, 5.0, 5.0, 5.0], "sum"),
    ([2.0, 1.0, 1.0, 1.0], "minimum"),
    ([6.0, 3.0, 3.0, 3.0], "n_minimum"),
    ([2.0, 1.667, 1.667, 1.667], "average"),
    ([2.0, 2.0, 2.0, 2.0], "maximum"),
    ([2.0, 1.0, 2.0, 2.0], "first"),
    ([2.0, 2.0, 2.0, 1.0], "last"),
    ([4.0, 3.0, 3.0, 4.0], "sum, ignoring pack 3"),
    ([4.0, 4.0, 3.0, 3.0], "sum, ignoring pack 1"),
    ([4.0, 3.0, 4.0, 3.0], "sum, ignoring pack 2"),
    ([2.0, 1.0, 1.0, 2.0], "minimum, ignoring pack 3"),
    ([4.0, 2.0, 4.0, 2.0], "n_minimum, ignoring pack 2"),
    ([2.0, 1.5, 1.5, 2.0], "average, ignoring pack 3"),
    ([2.0, 2.0, 1.0, 2.0], "sum, ignoring packs 1 and 3"),
    ([6.0, 6.0, 6.0, 6.0], "none"),  # something else binds
    ([0.0, 0.0, 0.0, 0.0], "none"),
    ([6.0, 3.0, 6.0, 6.0], "unknown"),  # three times the first
    ([6.0, 0.0, 6.0, 0.0], "unknown"),
    ([1.0, 2.0, 2.0, 2.0], "unknown"),
]

VOLTAGES = [
    ([56.0, 55.2, 55.2, 55.2], "minimum"),
    ([56.0, 55.73, 55.73, 55.73], "average"),
    ([56.0, 56.0, 56.0, 56.0], "maximum"),
    ([56.0, 55.2, 56.0, 56.0], "first"),
    ([56.0, 56.0, 56.0, 55.2], "last"),
    ([56.0, 55.2, 55.2, 56.0], "minimum, ignoring pack 3"),
    ([56.0, 56.0, 55.2, 55.2], "minimum, ignoring pack 1"),
    ([56.0, 56.0, 55.2, 56.0], "sum, ignoring packs 1 and 3"),
    ([53.0, 53.0, 53.0, 53.0], "none"),
    ([56.4, 55.6, 55.6, 55.6], "unknown"),  # 0.4 V above the minimum
    ([56.0, 54.0, 56.0, 54.0], "unknown"),
]


@pytest.mark.parametrize(("answers", "rule"), CURRENTS)
def test_rules_of_currents(answers: list[float], rule: str) -> None:
    assert classify_currents(answers) == rule


@pytest.mark.parametrize(("answers", "rule"), VOLTAGES)
def test_rules_of_voltages(answers: list[float], rule: str) -> None:
    assert classify_voltages(answers, high=56.0, low=55.2) == rule


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ([4.0, 3.0, 3.0], "sum"),
        ([4.0, 2.0, 2.0], "n_minimum"),
        ([2.0, 1.5, 1.5], "average"),
        ([2.0, 2.0, 1.0], "last"),
        ([10.0, 9.0, 9.0, 9.0, 9.0, 9.0], "sum"),
        ([2.0, 1.8, 1.8, 1.8, 1.8, 1.8], "average"),
        ([2.0, 1.91, 1.91, 1.91, 1.91, 1.91], "maximum"),
        ([8.0, 7.0, 7.0, 8.0, 7.0, 7.0], "sum, ignoring pack 3"),
    ],
)
def test_any_number_of_packs(answers: list[float], rule: str) -> None:
    assert classify_currents(answers) == rule


@pytest.mark.parametrize(("answers", "rule"), [one for one in CURRENTS if one[1] != "unknown"])
@given(noise=st.lists(st.floats(-0.09, 0.09), min_size=4, max_size=4))
def test_small_noise_never_changes_the_rule(answers: list[float], rule: str, noise: list[float]) -> None:
    noisy = [answer + shift for answer, shift in zip(answers, noise, strict=True)]
    assert classify_currents(noisy) == rule


@pytest.mark.parametrize(("answers", "rule"), [one for one in VOLTAGES if one[1] != "unknown"])
@given(noise=st.lists(st.floats(-0.07, 0.07), min_size=4, max_size=4))
def test_small_noise_never_changes_the_rule_of_voltages(
    answers: list[float], rule: str, noise: list[float]
) -> None:
    noisy = [answer + shift for answer, shift in zip(answers, noise, strict=True)]
    assert classify_voltages(noisy, high=56.0, low=55.2) == rule


@given(answers=st.lists(st.floats(0, 12), min_size=3, max_size=6))
def test_any_answers_get_a_word(answers: list[float]) -> None:
    assert classify_currents(answers)


def test_an_answer_that_is_no_number_fits_nothing() -> None:
    assert classify_currents([6.0, 5.0, math.nan, 5.0]) == "unknown"


def test_a_device_within_its_declared_accuracy_is_not_failed() -> None:
    offset = [56.17, 55.37, 55.37, 55.37]
    assert classify_voltages(offset, high=56.0, low=55.2) == "unknown"
    assert classify_voltages(offset, high=56.0, low=55.2, blur=0.22, declared="minimum") == "minimum"
    assert classify_currents([6.24, 5.2, 5.2, 5.2], blur=0.35, declared="sum") == "sum"
    assert classify_currents([2.0, 1.0, 2.0, 2.0], blur=0.4, declared="first") == "first"


@pytest.mark.parametrize(
    ("answers", "declared", "told"),
    [
        ([2.0, 1.75, 1.75, 1.75], "average", "fit 'maximum' as well as 'average'"),
        ([2.0, 1.85, 1.85, 1.85], "maximum", "fit 'average' as well as 'maximum'"),
        ([6.5, 5.5, 5.5, 5.5], "sum", "fit no rule, and only nearly 'sum'"),
    ],
)
def test_what_is_too_blurred_to_tell_two_rules_apart_is_left_open(
    answers: list[float], declared: str, told: str
) -> None:
    with pytest.raises(Inconclusive, match=told):
        classify_currents(answers, blur=0.3, declared=declared)


@pytest.mark.parametrize(("answers", "rule"), [one for one in CURRENTS if one[1] != "sum"])
def test_a_clear_other_rule_is_told_however_blurred(answers: list[float], rule: str) -> None:
    assert classify_currents(answers, blur=0.15, declared="sum") == rule
