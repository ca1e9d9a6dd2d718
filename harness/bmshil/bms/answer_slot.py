"""One message of one node that is sent only when the device asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.slot import MessageSlot
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from bmshil.bms.transmitter import Transmitter


class AnswerSlot(MessageSlot):
    """Waits for a question instead of for its time.

    The rhythm is that of the device. A fault of the period that makes the message slower leaves questions
    unanswered until its time has passed since the last answer; it cannot make the device ask more often.

    Args:
        transmitter: gives the report and takes the frame.
        base_id: of the message, before any id scheme.
        period: between two questions, as the dialect has it, s.
    """

    __slots__ = ("_answered",)

    def __init__(self, transmitter: Transmitter, base_id: int, period: float) -> None:
        super().__init__(transmitter, base_id, period)
        self._answered: Nanoseconds | None = None

    def start(self, origin: Nanoseconds) -> None:
        """Wait for questions."""
        self.first_slot(origin)
        self._answered = None

    def pursue(self, period: float | None) -> None:
        """Answer no more often than every ``period``, s; None answers every question."""
        self._pursued = self.period if period is None else period

    def answer(self, delay: float) -> None:
        """Send once, ``delay`` (s) from now."""
        self._transmitter.timeline.after(delay, self._answer)

    def _answer(self) -> None:
        now = self._transmitter.timeline.now
        # Half a question early is in time: the device does not ask at exactly the same moments.
        wait = self._pursued - self.period / 2
        if self._pursued > self.period and self._answered is not None and now < self._answered + to_ns(wait):
            return
        self._answered = now
        self._fire()
