"""The rules that a measured value is held against."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from bmshil.judge.decision import GUARDED, MARGINAL, decision_rule
from bmshil.judge.measurement import Measurement, Value
from bmshil.judge.words import Question, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

Limit = Value | tuple[float, float]


VERSION = "4"
"""Version of the rules, kept with every run: 1 had no guard band; in 2 a healthy bus made a pass of
what is only characterised; in 3 nobody asked at the end whether the source was still there. Count it up
when a verdict may come out otherwise, so that whoever judges again knows why."""


class Judgement(msgspec.Struct, frozen=True):
    """One answer to one question, with all it takes to draw it again.

    Attributes:
        question: conformity or safety.
        statement: what is claimed, in a sentence.
        rule: name of the rule, see :data:`RULES`.
        measurement: what was measured.
        limit: what the rule compares with: a value, or (low, high).
        tolerance: allowed distance, in the measurement's unit.
        wrong: values that a device with a known fault would show; they must be told apart.
        citation: where the limit comes from.
        verdict: the answer.
        reason: the answer in words; begins with "marginal:" where the decision rule leaves it open.
        key: under which a noted value is found again, e.g. ``step.ccl.dead_time``; empty for all others.
        decision: the decision rule in force: name, text and basis.
    """

    question: Question
    statement: str
    rule: str
    measurement: Measurement
    limit: Limit
    tolerance: float = 0.0
    wrong: tuple[float, ...] = ()
    citation: str = ""
    verdict: Verdict = Verdict.PASS
    reason: str = ""
    key: str = ""
    decision: str = str(GUARDED)


def draw(judgement: Judgement) -> Judgement:
    """Apply the rule to the measurement; the verdict that stood there before plays no part.

    A value that is no finite number was not measured: inconclusive, whatever the rule.

    Raises:
        TypeError: measurement or limit do not fit the rule.
        ValueError: a limit, tolerance or uncertainty that nothing could be held against.
        InputError: a decision rule that nobody knows.
    """
    measured = judgement.measurement
    if isinstance(measured.value, float) and not math.isfinite(measured.value):
        verdict, reason = Verdict.INCONCLUSIVE, f"{measured.channel} gave no number: {measured.value}"
    else:
        verdict, reason = RULES[judgement.rule](judgement)
    return msgspec.structs.replace(judgement, verdict=verdict, reason=reason)


def _equals(judgement: Judgement) -> tuple[Verdict, str]:
    measured = judgement.measurement
    value, expected = _number(measured.value), _bound(judgement.limit)
    tolerance = _tolerance(judgement)
    reach = tolerance + measured.uncertainty
    confused = [wrong for wrong in judgement.wrong if abs(wrong - expected) <= reach]
    if confused:
        return Verdict.INCONCLUSIVE, (
            f"cannot discriminate: {_list(confused, measured.unit)} lies within {reach:g} {measured.unit} "
            f"of {expected:g} {measured.unit}"
        )
    nearest = min(judgement.wrong, key=lambda wrong: abs(wrong - value), default=None)
    hint = ""
    if nearest is not None and abs(nearest - value) <= tolerance:
        hint = f"; that is the known wrong answer {nearest:g}"
    return _decided(
        judgement,
        tolerance - abs(value - expected),
        f"{_shown(measured)} is {expected:g} within {tolerance:g}",
        f"{_shown(measured)} instead of {expected:g} within {tolerance:g}{hint}",
    )


def _at_most(judgement: Judgement) -> tuple[Verdict, str]:
    shown, limit = _shown(judgement.measurement), _bound(judgement.limit)
    return _decided(
        judgement,
        limit + _tolerance(judgement) - _number(judgement.measurement.value),
        f"{shown} is at most {limit:g}",
        f"{shown} is more than {limit:g} + {judgement.tolerance:g}",
    )


def _at_least(judgement: Judgement) -> tuple[Verdict, str]:
    shown, limit = _shown(judgement.measurement), _bound(judgement.limit)
    return _decided(
        judgement,
        _number(judgement.measurement.value) - (limit - _tolerance(judgement)),
        f"{shown} is at least {limit:g}",
        f"{shown} is less than {limit:g} - {judgement.tolerance:g}",
    )


def _between(judgement: Judgement) -> tuple[Verdict, str]:
    if not isinstance(judgement.limit, tuple):
        raise TypeError(f"'between' needs two limits, got {judgement.limit!r}")
    low, high = map(_bound, judgement.limit)
    if low > high:
        raise ValueError(f"'between' has its limits the wrong way round: {low:g} .. {high:g}")
    tolerance, value = _tolerance(judgement), _number(judgement.measurement.value)
    shown = _shown(judgement.measurement)
    return _decided(
        judgement,
        min(value - (low - tolerance), high + tolerance - value),
        f"{shown} lies in {low:g} .. {high:g}",
        f"{shown} lies outside {low:g} .. {high:g}",
    )


def _decided(judgement: Judgement, margin: float, good: str, bad: str) -> tuple[Verdict, str]:
    """Apply the decision rule to the distance from the nearest limit, positive on the allowed side."""
    measured = judgement.measurement
    verdict = decision_rule(judgement.decision).decide(margin, measured.uncertainty)
    if verdict is not Verdict.INCONCLUSIVE:
        return verdict, good if verdict is Verdict.PASS else bad
    return verdict, (
        f"{MARGINAL} {good if margin >= 0 else bad}, but by {abs(margin):.2g} {measured.unit}".rstrip()
        + f", less than its expanded uncertainty of {measured.uncertainty:.2g} {measured.unit}".rstrip()
    )


def _is(judgement: Judgement) -> tuple[Verdict, str]:
    found = judgement.measurement.value
    # In Python True equals 1.0, and a fact is no number.
    if isinstance(found, bool) == isinstance(judgement.limit, bool) and found == judgement.limit:
        return Verdict.PASS, f"{judgement.measurement.channel} is {_word(found)}"
    return Verdict.FAIL, f"{judgement.measurement.channel} is {_word(found)}, not {_word(judgement.limit)}"


def _noted(judgement: Judgement) -> tuple[Verdict, str]:
    return Verdict.CHARACTERISED, _shown(judgement.measurement)


RULES: dict[str, Callable[[Judgement], tuple[Verdict, str]]] = {
    "equals": _equals,
    "at most": _at_most,
    "at least": _at_least,
    "between": _between,
    "is": _is,
    "noted": _noted,
}
"""What a judgement's ``rule`` may be."""


def _number(value: Limit) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError(f"this rule compares numbers, got {value!r}")
    return float(value)


def _bound(limit: Limit) -> float:
    number = _number(limit)
    if math.isnan(number):
        raise ValueError("nothing can be held against a limit that is no number")
    return number


def _tolerance(judgement: Judgement) -> float:
    if not 0 <= judgement.tolerance < math.inf:
        raise ValueError(f"a tolerance is a finite number from 0 on, got {judgement.tolerance!r}")
    return judgement.tolerance


def _shown(measured: Measurement) -> str:
    if isinstance(measured.value, bool | str):
        return _word(measured.value)
    return f"{measured.value:.4g} {measured.unit}".rstrip()


def _word(value: Limit) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else f"{value}"


def _list(values: list[float], unit: str) -> str:
    return ", ".join(f"{value:g} {unit}" for value in values)
