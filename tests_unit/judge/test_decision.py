"""The decision rule: near a limit nothing is passed and nothing failed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.errors import InputError
from bmshil.judge import (
    GUARDED,
    Conclusion,
    Health,
    Judgement,
    Verdict,
    acceptance,
    conclude,
    decision_rule,
)

Draw = Callable[..., Judgement]

PASS, FAIL, INCONCLUSIVE = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE

# Numbers that a float holds exactly, so that the ends of the guard band are tested and not the rounding.
AT_MOST_10 = [(9.5, PASS), (9.75, PASS), (9.875, INCONCLUSIVE), (10.25, INCONCLUSIVE), (10.375, FAIL)]
AT_LEAST_10 = [(10.5, PASS), (10.25, PASS), (10.125, INCONCLUSIVE), (9.75, INCONCLUSIVE), (9.625, FAIL)]


@pytest.mark.parametrize(
    ("rule", "limit", "value", "verdict"),
    [
        *(("at most", 9.5, value, verdict) for value, verdict in AT_MOST_10),
        *(("at least", 10.5, value, verdict) for value, verdict in AT_LEAST_10),
        *(("between", (-50.0, 9.5), value, verdict) for value, verdict in AT_MOST_10),
        *(("between", (10.5, 50.0), value, verdict) for value, verdict in AT_LEAST_10),
        *(("equals", 9.5, value, verdict) for value, verdict in AT_MOST_10),
        *(("equals", 10.5, value, verdict) for value, verdict in AT_LEAST_10),
    ],
)
def test_the_guard_band_lies_on_both_sides_of_a_limit(
    drawn: Draw, rule: str, limit: float, value: float, verdict: Verdict
) -> None:
    judgement = drawn(rule, value, limit, tolerance=0.5, uncertainty=0.25)
    assert judgement.verdict is verdict
    assert judgement.reason.startswith("marginal: ") is (verdict is INCONCLUSIVE)


def test_a_marginal_value_says_how_near_it_is_and_how_well_it_is_known(drawn: Draw) -> None:
    above = drawn("at most", 2.1, 2.0, uncertainty=0.2, unit="A")
    assert above.reason == (
        "marginal: 2.1 A is more than 2 + 0, but by 0.1 A, less than its expanded uncertainty of 0.2 A"
    )
    below = drawn("equals", 55.29, 55.2, tolerance=0.1, uncertainty=0.02)
    assert below.reason == (
        "marginal: 55.29 V is 55.2 within 0.1, but by 0.01 V, less than its expanded uncertainty of 0.02 V"
    )


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_nothing_is_passed_or_failed_by_less_than_the_uncertainty(margin: float, uncertainty: float) -> None:
    verdict = GUARDED.decide(margin, uncertainty)
    assert verdict in {PASS, FAIL, INCONCLUSIVE}
    assert verdict is not PASS or margin >= uncertainty
    assert verdict is not FAIL or margin < -uncertainty
    assert verdict is not INCONCLUSIVE or abs(margin) <= uncertainty


@pytest.mark.parametrize("uncertainty", [-0.1, float("inf"), float("nan")])
def test_an_uncertainty_that_is_none_is_refused(drawn: Draw, uncertainty: float) -> None:
    with pytest.raises(ValueError, match="finite number from 0 on"):
        drawn("at most", 1.0, 2.0, uncertainty=uncertainty)


def test_a_marginal_judgement_makes_the_test_inconclusive_and_the_reason_begins_with_the_word(
    drawn: Draw,
) -> None:
    clear, marginal = drawn("at most", 1.0, 2.0), drawn("at most", 1.95, 2.0, uncertainty=0.1)
    assert conclude([clear, marginal], Health(), None) == Conclusion(
        INCONCLUSIVE,
        INCONCLUSIVE,
        None,
        "marginal: Final voltage: 1.95 V is at most 2, but by 0.05 V, "
        "less than its expanded uncertainty of 0.1 V",
    )
    failed = drawn("at most", 3.0, 2.0, uncertainty=0.1)
    assert conclude([marginal, failed], Health(), None).verdict is FAIL


def test_the_acceptance_names_the_rule(tmp_path: Path) -> None:
    floor = acceptance("default")
    assert floor.decision == "guarded"
    assert floor.described()["decision"] == (
        "guarded: a value within its expanded uncertainty (k = 2) of a limit is marginal, "
        "neither pass nor fail (ILAC-G8:09/2019; JCGM 106:2012)"
    )
    own = tmp_path / "own.yaml"
    text = (Path(__file__).parents[2] / "harness/bmshil/judge/acceptance.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("decision: guarded", "decision: simple"), encoding="utf-8")
    with pytest.raises(InputError, match="unknown decision rule 'simple': write guarded"):
        acceptance(str(own))


def test_a_judgement_that_is_read_back_knows_its_rule_by_the_line_that_it_carries() -> None:
    assert decision_rule(str(GUARDED)) is GUARDED
