"""From judgements, rig health and how a test ended to one verdict with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import Blocked, DutFailed, Inconclusive, RigError
from bmshil.judge.words import Question, Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.judge.health import Health
    from bmshil.judge.rules import Judgement


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
    inconclusive) or the harness's (error). A rig outside its own tolerance makes every answer
    inconclusive; if the device was found unsafe meanwhile, the reason says so.

    Args:
        judgements: all that was judged in the test.
        health: the rig's health over the test.
        error: the exception that ended the test, or None.
    """
    if error is not None and not isinstance(error, Blocked | Inconclusive | RigError | DutFailed):
        return Conclusion(Verdict.ERROR, None, None, f"defect of the harness: {_told(error)}")
    trouble = _trouble(health, error)
    if trouble is not None:
        verdict, reason = trouble
        unsafe = [one for one in judgements if _against(one) and one.question is Question.SAFETY]
        if unsafe:
            reason += f"; unsafe observed: {unsafe[0].statement}: {unsafe[0].reason}"
        asked = {one.question for one in judgements}
        return Conclusion(
            verdict,
            verdict if Question.CONFORMITY in asked or not asked else None,
            verdict if Question.SAFETY in asked else None,
            reason,
        )
    if not judgements:
        return Conclusion(Verdict.ERROR, None, None, "defect of the harness: the test judged nothing")
    verdict = worst(one.verdict for one in judgements) or Verdict.ERROR
    telling = next(one for one in judgements if one.verdict is verdict)
    return Conclusion(
        verdict,
        worst(one.verdict for one in judgements if one.question is Question.CONFORMITY),
        worst(one.verdict for one in judgements if one.question is Question.SAFETY),
        f"{telling.statement}: {telling.reason}",
    )


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


def _trouble(health: Health, error: BaseException | None) -> tuple[Verdict, str] | None:
    if not health.sound:
        return Verdict.INCONCLUSIVE, "; ".join(health.problems)
    if isinstance(error, Inconclusive):
        return Verdict.INCONCLUSIVE, _told(error)
    if isinstance(error, Blocked | RigError):
        return Verdict.BLOCKED, _told(error)
    return None


def _against(judgement: Judgement) -> bool:
    return judgement.verdict is Verdict.FAIL


def _told(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if isinstance(error, Blocked | Inconclusive | RigError | DutFailed):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
