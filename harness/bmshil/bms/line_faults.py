"""What can happen to the answers of a bank on a serial line, whatever is in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Answer = tuple[bytes, float]
"""What is sent, and how long it waits, s."""

LineFault = Callable[[int, Answer], Answer | None]
"""(number of the answer from 1, the answer) -> what becomes of it; None is silence."""

_SCATTER, _SPAN = 40503, 1 << 16
"""The golden ratio in 16 bits: multiples of it fall everywhere, and in step with no round of questions."""


def _hit(number: int, every: int) -> bool:
    """Whether an answer is one of those that are hit: on average each ``every``-th, at uneven distances."""
    return number * _SCATTER % _SPAN * every < _SPAN


@dataclass(frozen=True)
class LateAnswers:
    """Some answers come late.

    Attributes:
        seconds: later than usual.
        every: how many answers there are for one that is hit, on average; 1 hits all.
    """

    seconds: float
    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer:
        """Hold an answer back."""
        data, wait = answer
        return (data, wait + self.seconds) if _hit(number, self.every) else answer


@dataclass(frozen=True)
class FlippedDigit:
    """In answers of one length a digit turns into another, and the checksum stays as it was.

    Attributes:
        length: of the answers that are hit, bytes.
        at: which byte, from 0.
        digit: what it becomes, a hexadecimal digit in upper case; other bytes are taken as they are.
        every: as in :class:`LateAnswers`.
    """

    length: int
    at: int
    digit: bytes
    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer:
        """Spoil an answer."""
        data, wait = answer
        if len(data) != self.length or not _hit(number, self.every):
            return answer
        return data[: self.at] + self.digit + data[self.at + 1 :], wait


@dataclass(frozen=True)
class LostAnswers:
    """Some answers are not sent.

    Attributes:
        every: as in :class:`LateAnswers`.
    """

    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer | None:
        """Drop an answer."""
        return None if _hit(number, self.every) else answer
