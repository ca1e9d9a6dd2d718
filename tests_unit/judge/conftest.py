"""Measurements and judgements that tests of the judge are made of."""

from collections.abc import Callable

import pytest

from bmshil.judge import Judgement, Measurement, Question, Verdict, draw
from bmshil.judge.measurement import Value
from bmshil.judge.rules import Limit

Draw = Callable[..., Judgement]


@pytest.fixture
def drawn() -> Draw:
    """Hold one value against one rule: ``drawn("at most", 56.1, 56.0, tolerance=0.2)``."""

    def make(
        rule: str,
        value: Value,
        limit: Limit,
        *,
        tolerance: float = 0.0,
        uncertainty: float = 0.0,
        wrong: tuple[float, ...] = (),
        unit: str = "V",
    ) -> Judgement:
        measured = Measurement("dc.voltage", 1.0, 5.0, "mean", value, unit, uncertainty)
        return draw(
            Judgement(
                Question.CONFORMITY, "Final voltage", rule, measured, limit, tolerance=tolerance, wrong=wrong
            )
        )

    return make


@pytest.fixture
def found() -> Callable[[Verdict, Question], Judgement]:
    """A judgement that has come out as told."""

    def make(verdict: Verdict, question: Question) -> Judgement:
        measured = Measurement("dc.voltage", 1.0, 5.0, "mean", 55.2, "V")
        statement = f"{question} statement"
        return Judgement(
            question, statement, "equals", measured, 55.2, verdict=verdict, reason=f"{verdict} reason"
        )

    return make
