"""The judge: holds measurements against rules and keeps every judgement with its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from bmshil.judge.decision import GUARDED, DecisionRule
from bmshil.judge.measurement import Measurement, Value
from bmshil.judge.rules import Judgement, Limit, draw
from bmshil.judge.words import Question, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.journal import Journal


class Judge:
    """Draws judgements for the requirement that is being tested.

    A judgement against the device does not end the test: both questions shall be answered. The
    conclusion is drawn when the test is over.

    Args:
        journal: where each judgement is written with its recipe.
        tolerances: default tolerance by unit, e.g. ``{"V": 0.1, "A": 1.0}``: the DUT's declared accuracy.
        decision: how a verdict is drawn from a value near its limit; every judgement carries it.

    Attributes:
        judgements: what was judged since :meth:`begin`.
    """

    def __init__(
        self, journal: Journal, tolerances: Mapping[str, float], decision: DecisionRule = GUARDED
    ) -> None:
        self.judgements: list[Judgement] = []
        self._journal = journal
        self._tolerances = dict(tolerances)
        self._requirement = ""
        self._decision = str(decision)

    def begin(self, requirement: str) -> None:
        """Start with a clean slate for one test of ``requirement``."""
        self._requirement = requirement
        self.judgements = []

    def equals(
        self,
        measured: Measurement,
        expected: float,
        *,
        wrong: Sequence[float] = (),
        tolerance: float | None = None,
        question: Question = Question.CONFORMITY,
        statement: str = "",
        citation: str = "",
    ) -> Verdict:
        """Judge that a value equals the expected one, from both sides.

        Args:
            measured: the value with its recipe.
            expected: the right answer, a literal from the requirement.
            wrong: what devices with known faults would show.
            tolerance: allowed distance; by default the DUT's declared accuracy for the unit.
            question: conformity or safety.
            statement: the claim, in a sentence.
            citation: where the expected value comes from.
        """
        return self._judge(
            "equals", measured, expected, tolerance, question, statement, citation, tuple(map(float, wrong))
        )

    def at_most(
        self,
        measured: Measurement,
        limit: float,
        *,
        tolerance: float = 0.0,
        question: Question = Question.CONFORMITY,
        statement: str = "",
        citation: str = "",
    ) -> Verdict:
        """Judge that a value does not exceed a limit."""
        return self._judge("at most", measured, limit, tolerance, question, statement, citation)

    def at_least(
        self,
        measured: Measurement,
        limit: float,
        *,
        tolerance: float = 0.0,
        question: Question = Question.CONFORMITY,
        statement: str = "",
        citation: str = "",
    ) -> Verdict:
        """Judge that a value reaches a limit."""
        return self._judge("at least", measured, limit, tolerance, question, statement, citation)

    def between(
        self,
        measured: Measurement,
        low: float,
        high: float,
        *,
        tolerance: float = 0.0,
        question: Question = Question.CONFORMITY,
        statement: str = "",
        citation: str = "",
    ) -> Verdict:
        """Judge that a value lies in a window, both ends included."""
        return self._judge("between", measured, (low, high), tolerance, question, statement, citation)

    def fact(
        self,
        observed: Measurement,
        expected: Value = True,
        *,
        question: Question = Question.CONFORMITY,
        statement: str = "",
        citation: str = "",
    ) -> Verdict:
        """Judge that an observed fact or word is the expected one."""
        return self._judge("is", observed, expected, 0.0, question, statement, citation)

    def characterise(
        self,
        measured: Measurement,
        *,
        statement: str,
        key: str = "",
        question: Question = Question.CONFORMITY,
        citation: str = "",
    ) -> Verdict:
        """Keep a value that nobody has specified: it is neither passed nor failed.

        Args:
            measured: the value with its recipe.
            statement: what it is, in a sentence.
            key: under which a passport keeps it, e.g. ``step.ccl.dead_time``; it never changes.
            question: conformity or safety.
            citation: where it is asked for.
        """
        return self._judge("noted", measured, measured.value, 0.0, question, statement, citation, key=key)

    def _judge(  # noqa: PLR0917 - called only from the methods above, which name everything
        self,
        rule: str,
        measured: Measurement,
        limit: Limit,
        tolerance: float | None,
        question: Question,
        statement: str,
        citation: str,
        wrong: tuple[float, ...] = (),
        key: str = "",
    ) -> Verdict:
        if not isinstance(measured, Measurement):
            raise TypeError(f"the judge accepts measurements, never bare values: {measured!r}")
        if tolerance is None:
            tolerance = self._tolerances.get(measured.unit, 0.0)
        judgement = draw(
            Judgement(
                question=question,
                statement=statement or _default_statement(measured, rule, limit),
                rule=rule,
                measurement=measured,
                limit=limit,
                tolerance=tolerance,
                wrong=wrong,
                citation=citation,
                key=key,
                decision=self._decision,
            )
        )
        self.judgements.append(judgement)
        # Through JSON, so that a live journal says the same as one that is read back.
        record: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(judgement))
        self._journal.judgement({"requirement": self._requirement, **record})
        return judgement.verdict


def _default_statement(measured: Measurement, rule: str, limit: Limit) -> str:
    shown = " .. ".join(f"{one:g}" for one in limit) if isinstance(limit, tuple) else f"{limit}"
    return f"{measured.reduction} of {measured.channel} {rule} {shown} {measured.unit}".rstrip()
