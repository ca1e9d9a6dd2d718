"""The words of a verdict, and which of two verdicts counts."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Question(StrEnum):
    """What is asked about a device under test."""

    CONFORMITY = "conformity"
    """Does it do what its profile declares?"""
    SAFETY = "safety"
    """Does it stay above the floor of the acceptance file, whatever it declares?"""


class Verdict(StrEnum):
    """How a question was answered."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    """The rig left its own tolerance, or the measurement cannot tell right from wrong."""
    BLOCKED = "blocked"
    """A precondition was not met, nothing was judged."""
    SKIPPED = "skipped"
    """Not declared by the device, or not observable on this rig."""
    ERROR = "error"
    """A defect of the harness."""
    CHARACTERISED = "characterised"
    """A value was measured that nobody has specified."""


WORST_FIRST = (
    # What was found against a device is never hidden by anything else.
    Verdict.FAIL,
    # A defect of the harness may hide such a finding, so it comes before all that needs only a repetition.
    Verdict.ERROR,
    Verdict.INCONCLUSIVE,
    Verdict.BLOCKED,
    Verdict.PASS,
    Verdict.CHARACTERISED,
    Verdict.SKIPPED,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that counts when several were drawn; None when there is none."""
    found = set(verdicts)
    return next((verdict for verdict in WORST_FIRST if verdict in found), None)
