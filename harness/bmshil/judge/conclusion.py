"""From judgements, rig health and how a test ended to one verdict with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import Blocked, DutFailed, Inconclusive, RigError
from bmshil.judge.decision import MARGINAL
from bmshil.judge.words import Question, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.judge.health import Health
    from bmshil.judge.rules import Judgement


ALONE = "nobody acknowledges: check the cable, its termination, the bit rate and that the device is on"
"""Why nothing can be tested on a bus where the bench is alone."""


UNIVERSAL = "universal check"
"""What the check cites that every test ends with: a healthy bus, or undamaged questions."""


_KINDS = (Inconclusive, Blocked, RigError, DutFailed)
"""Exceptions that mean something to a conclusion; all others are defects."""


class Conclusion(msgspec.Struct, frozen=True):
    """What one test has found.

    Attributes:
        verdict: the word that counts for the test.
        conformity: answer to the first question, None when it was not asked.
        safety: answer to the second question, None when it was not asked.
        reason: why, in words.
    """

    verdict: Verdict
    conformity: Verdict | None
    safety: Verdict | None
    reason: str


def conclude(judgements: Sequence[Judgement], health: Health, error: BaseException | None) -> Conclusion:
    """Draw the conclusion of one test.

    Only judgements can find against the device. Whatever else went wrong is the rig's (blocked or
    inconclusive) or the harness's (error). On a sound rig nothing hides such a finding, not even that the
    test broke off afterwards. A rig outside its own tolerance makes every answer doubtful; if the device was
    found unsafe meanwhile, the reason says so. A healthy bus is no answer to what nobody has specified: where
    all other judgements on a question are characterised, so is the answer.

    Args:
        judgements: all that was judged in the test.
        health: the rig's health over the test.
        error: the exception that ended the test, or None.
    """
    broken = _broken_off(judgements, error)
    doubt = _doubt(health, error)
    if doubt is not None:
        verdict, reason = broken if broken is not None and broken[0] is Verdict.ERROR else doubt
        return _all_answers(judgements, verdict, reason + _unsafe(judgements))
    if broken is not None and not judgements:
        return _all_answers(judgements, *broken)
    return _weighed(judgements, broken)


def exception_for(conclusion: Conclusion) -> Exception | None:
    """The exception that stands for a conclusion in a test runner; None for a good one."""
    if conclusion.verdict is Verdict.FAIL:
        return DutFailed(conclusion.reason)
    if conclusion.verdict is Verdict.INCONCLUSIVE:
        return Inconclusive(conclusion.reason)
    if conclusion.verdict is Verdict.BLOCKED:
        return Blocked(conclusion.reason)
    if conclusion.verdict is Verdict.ERROR:
        return RuntimeError(conclusion.reason)
    return None


def ended_by(error: BaseException | None) -> dict[str, str] | None:
    """What ended a test, in plain values, so that :func:`brought_back` can bring it back."""
    if error is None:
        return None
    kind = next((one.__name__ for one in _KINDS if isinstance(error, one)), type(error).__name__)
    return {"kind": kind, "text": " ".join(str(error).split())}


def brought_back(told: Mapping[str, str] | None) -> BaseException | None:
    """The exception of which :func:`ended_by` has told; it leads to the same conclusion."""
    if told is None:
        return None
    known: dict[str, type[BaseException]] = {kind.__name__: kind for kind in _KINDS}
    kind: type[BaseException] = known.get(told["kind"]) or type(told["kind"], (Exception,), {})
    return kind(told["text"])


def _broken_off(judgements: Sequence[Judgement], error: BaseException | None) -> tuple[Verdict, str] | None:
    """What it means that the test ended as it did; None for a test that came to its own end."""
    against = any(one.verdict is Verdict.FAIL for one in judgements)
    if isinstance(error, Inconclusive):
        return Verdict.INCONCLUSIVE, _told(error)
    if isinstance(error, Blocked | RigError):
        return Verdict.BLOCKED, _told(error)
    if error is not None and not (isinstance(error, DutFailed) and against):
        return Verdict.ERROR, f"defect of the harness: {_told(error)}"
    if not judgements:
        return Verdict.ERROR, "defect of the harness: the test judged nothing"
    return None


def _doubt(health: Health, error: BaseException | None) -> tuple[Verdict, str] | None:
    """Why nothing that was measured in the test can be trusted; None when it can."""
    told = "" if error is None else _told(error)
    if health.unacknowledged:
        causes = [told, *health.problems] if told else [*health.problems]
        return Verdict.BLOCKED, "; ".join([f"{ALONE} (seen at {', '.join(health.unacknowledged)})", *causes])
    if not health.sound:
        known = "; ".join(health.problems)
        return Verdict.INCONCLUSIVE, known if not told or told in known else f"{known}; {told}"
    if isinstance(error, RigError):
        return Verdict.BLOCKED, told
    return None


def _unsafe(judgements: Sequence[Judgement]) -> str:
    for one in judgements:
        if one.verdict is Verdict.FAIL and one.question is Question.SAFETY:
            return f"; unsafe observed: {one.statement}: {one.reason}"
    return ""


def _all_answers(judgements: Sequence[Judgement], verdict: Verdict, reason: str) -> Conclusion:
    """One verdict for every question that was asked; the first stands for them when none was."""
    asked = {one.question for one in judgements} or {Question.CONFORMITY}
    return Conclusion(
        verdict,
        verdict if Question.CONFORMITY in asked else None,
        verdict if Question.SAFETY in asked else None,
        reason,
    )


def _weighed(judgements: Sequence[Judgement], broken: tuple[Verdict, str] | None) -> Conclusion:
    """The worst of all judgements, and of those on each question; a test that broke off left each open."""
    open_ = () if broken is None else broken[:1]
    judgements = _telling(judgements)
    verdict = worst([*(one.verdict for one in judgements), *open_]) or Verdict.ERROR
    answers: dict[Question, Verdict | None] = {
        question: worst([*(one.verdict for one in judgements if one.question is question), *open_])
        for question in {one.question for one in judgements}
    }
    telling = next((one for one in judgements if one.verdict is verdict), None)
    reasons = [] if telling is None else [_said(telling)]
    if broken is not None:
        reasons.append(f"then the test broke off: {broken[1]}" if reasons else broken[1])
    return Conclusion(
        verdict, answers.get(Question.CONFORMITY), answers.get(Question.SAFETY), "; ".join(reasons)
    )


def _telling(judgements: Sequence[Judgement]) -> list[Judgement]:
    """All but a universal check that is passed, where everything else on its question is characterised."""
    others = [one for one in judgements if one.citation != UNIVERSAL]
    noted = {
        question
        for question in Question
        if {one.verdict for one in others if one.question is question} == {Verdict.CHARACTERISED}
    }
    return [
        one
        for one in judgements
        if one.citation != UNIVERSAL or one.verdict is not Verdict.PASS or one.question not in noted
    ]


def _said(judgement: Judgement) -> str:
    """Statement and reason; what is marginal begins with that word."""
    if judgement.reason.startswith(MARGINAL):
        return f"{MARGINAL} {judgement.statement}:{judgement.reason.removeprefix(MARGINAL)}"
    return f"{judgement.statement}: {judgement.reason}"


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, Blocked | Inconclusive | RigError | DutFailed):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
