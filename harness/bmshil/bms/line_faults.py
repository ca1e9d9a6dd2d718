"""What can happen to the answers of a bank on a serial line, whatever is in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Answer = tuple[bytes, float]
"""What is sent, and how long it waits, s."""

LineFault = Callable[[int, Answer], Answer | None]
"""(number of the answer from 1, the answer) -> what becomes of it; None is silence."""

DIGITS = b"0123456789ABCDEF"


@dataclass(frozen=True)
class LateAnswers:
    """Every n-th answer comes late.

    Attributes:
        seconds: later than usual.
        every: 1 for all of them.
    """

    seconds: float
    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer:
        """Hold an answer back."""
        data, wait = answer
        return (data, wait + self.seconds) if number % self.every == 0 else answer


@dataclass(frozen=True)
class FlippedDigit:
    """In answers of one length a digit turns into another, and the checksum stays as it was.

    Attributes:
        length: of the answers that are hit, bytes.
        at: which byte, from 0.
        digit: what it becomes, a hexadecimal digit in upper case; other bytes are taken as they are.
        every: 1 for all of them.
    """

    length: int
    at: int
    digit: bytes
    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer:
        """Spoil an answer."""
        data, wait = answer
        if len(data) != self.length or number % self.every:
            return answer
        return data[: self.at] + self.digit + data[self.at + 1 :], wait


@dataclass(frozen=True)
class LostAnswers:
    """Every n-th answer is not sent."""

    every: int = 1

    def __call__(self, number: int, answer: Answer) -> Answer | None:
        """Drop an answer."""
        return None if number % self.every == 0 else answer
