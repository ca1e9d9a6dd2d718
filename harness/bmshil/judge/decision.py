"""The decision rule: what a measured value says about a limit, given how well it is known."""

from __future__ import annotations

import math

import msgspec

from bmshil.errors import InputError
from bmshil.judge.words import Verdict

MARGINAL = "marginal:"
"""How the reason of a verdict begins that the decision rule has left open."""


class DecisionRule(msgspec.Struct, frozen=True):
    """How a verdict is drawn from a margin and its uncertainty.

    Attributes:
        name: for acceptance files and judgements.
        text: what it says, in a sentence.
        basis: the documents that it stands on.
    """

    name: str
    text: str
    basis: str

    def decide(self, margin: float, uncertainty: float) -> Verdict:
        """Pass, fail, or inconclusive for a marginal value.

        Args:
            margin: distance of the value from its limit, positive on the allowed side.
            uncertainty: expanded uncertainty of the value (k = 2), same unit; it is the guard band.

        Raises:
            ValueError: an uncertainty that is none.
        """
        if not 0 <= uncertainty < math.inf:
            raise ValueError(f"an uncertainty is a finite number from 0 on, got {uncertainty!r}")
        if margin >= uncertainty:
            return Verdict.PASS
        return Verdict.FAIL if margin < -uncertainty else Verdict.INCONCLUSIVE

    def __str__(self) -> str:
        """Name, text and basis in one line, as every judgement carries it."""
        return f"{self.name}: {self.text} ({self.basis})"


GUARDED = DecisionRule(
    "guarded",
    "a value within its expanded uncertainty (k = 2) of a limit is marginal, neither pass nor fail",
    "ILAC-G8:09/2019; JCGM 106:2012",
)
"""The only rule that there is: the expanded uncertainty is the guard band, on both sides of a limit.

Source: ILAC-G8:09/2019, non-binary statement with guard band; JCGM 106:2012, guard bands.
"""

RULES_BY_NAME = {GUARDED.name: GUARDED}


def decision_rule(name: str) -> DecisionRule:
    """The rule of this name, or the one whose whole line this is.

    Raises:
        InputError: there is none.
    """
    rule = RULES_BY_NAME.get(name.partition(":")[0])
    if rule is None:
        raise InputError(f"unknown decision rule {name!r}: write {', '.join(RULES_BY_NAME)}")
    return rule
