"""What chance destroys on a segment: which frames, at which bit, and who sees it first."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bmshil.twin.canbus.attempt import Attempt, play_attempt
from bmshil.twin.canbus.bits import UNSTUFFED

if TYPE_CHECKING:
    from bmshil.twin.canbus.roster import Roster


class Strikes:
    """Decides by chance; the same seed destroys the same frames.

    Args:
        seed: of the chance.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)  # noqa: S311 - noise that a run can repeat

    def seed(self, seed: int) -> None:
        """Begin the chance anew."""
        self._chance.seed(seed)

    def hit(self, probability: float) -> bool:
        """Whether a frame is destroyed that is destroyed with this probability, 0 to 1."""
        return probability > 0.0 and self._chance.random() < probability

    def destroy(self, attempt: Attempt, roster: Roster, bits: int) -> Attempt:
        """Destroy a frame of so many bits somewhere; any error-active station may see it first."""
        others = roster.others(attempt)
        able = [one for one, _ in others if not one.passive]
        victim = self._chance.choice([attempt.senders[0][0], *able])
        return play_attempt(attempt, others, (victim, self._chance.randrange(1, bits - UNSTUFFED)))
