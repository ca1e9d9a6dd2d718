"""What a device asks its battery on CAN, and what the battery does then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Then = Literal["", "begin", "sleep", "wake", "command"]
"""What happens besides an answer: the battery begins to speak by itself, stops or goes on answering, or takes
a command that is only written down."""


class When(NamedTuple):
    """A condition on one byte of the question: it is there, and (byte & mask) == value."""

    byte: int
    mask: int
    value: int


@dataclass(frozen=True, slots=True)
class Ask:
    """One question.

    Attributes:
        id: identifier of the question, of the base set.
        answers: base identifiers of what the battery sends then, in this order, one after the other.
        when: what the payload must say; None for any payload, an empty one too.
        addressed: the identifier follows the id scheme, and only the pack that it names obeys. Otherwise the
            question goes to every pack.
        then: see :data:`Then`.
    """

    id: int
    answers: tuple[int, ...] = ()
    when: When | None = None
    addressed: bool = False
    then: Then = ""

    def fits(self, data: bytes) -> bool:
        """Whether a payload asks this."""
        if self.when is None:
            return True
        byte, mask, value = self.when
        return byte < len(data) and data[byte] & mask == value
