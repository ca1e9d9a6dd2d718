"""What passes on the serial line between device and bank: questions, answers, and what is neither."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from bmshil.dialects.pylontech_rs485 import FrameFault, Splitter, parse
from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.bank_line import BankLine
    from bmshil.inverter import KeepAliveWatch, Polls
    from bmshil.journal import Journal

ASCII, REGISTERS = "pylontech-rs485", "modbus-rtu"
"""Families of protocols that a question can belong to."""

LONGEST = 4096
"""Questions that are remembered: a quarter of an hour of a device that asks four times a second."""

_SHORTEST_RTU = 8


class Asked(NamedTuple):
    """One question of the device.

    Attributes:
        when: its last byte, s.
        family: of protocols; "unknown" for bytes that are no question.
        address: that it asked.
        command: likewise, or the function of a question over Modbus.
    """

    when: float
    family: str
    address: int
    command: int


class LineWatch:
    """Listens on the line all the time.

    A question that is damaged, or none, is an event ``garbled_question`` of the journal. One to a pack that
    should answer and does not, or does too late, is an event ``missed_question``: then the rig is to blame.

    Args:
        line: the line of the bank.
        journal: where trouble is written.
        declares: how the device asks.
        keepalive: is told each question.
        answers: whether somebody of the bank should answer at an address now.

    On wall time it listens on the timeline's thread, and is asked on another: that looks at copies.

    Attributes:
        declares: as given.
        last_answer: end of the bank's last answer; None before the first.
    """

    def __init__(
        self,
        line: BankLine,
        journal: Journal,
        *,
        declares: Polls,
        keepalive: KeepAliveWatch,
        answers: Callable[[int], bool],
    ) -> None:
        self.last_answer: Nanoseconds | None = None
        self._answered: deque[float] = deque(maxlen=LONGEST)
        self._line = line
        self._journal = journal
        self.declares = declares
        self._keepalive = keepalive
        self._expected = answers
        self._splitter = Splitter()
        self._asked: deque[Asked] = deque(maxlen=LONGEST)
        self._waiting: Asked | None = None
        line.on_question.append(self._hear_question)
        line.on_answer.append(self._hear_answer)
        line.on_collision.append(self._hear_collision)

    def asked(self, since: float) -> list[Asked]:
        """The questions since ``since``, s, in order."""
        return [one for one in self._asked.copy() if one.when >= since]

    def answers(self, since: float) -> int:
        """How often the bank has answered since ``since``, s."""
        return sum(when >= since for when in self._answered.copy())

    def _hear_question(self, when: Nanoseconds, data: bytes) -> None:
        if self.declares.ascii:
            for frame in self._splitter.feed(data):
                self._take(when, ASCII, frame)
        else:
            self._take(when, REGISTERS, data)

    def _take(self, when: Nanoseconds, family: str, data: bytes) -> None:
        self._close_last()
        try:
            address, command = _ascii(data) if family == ASCII else _registers(data)
        except FrameFault as fault:
            self._journal.event("garbled_question", "line", cause=str(fault), data=data.hex())
            family, address, command = "unknown", -1, -1
        asked = Asked(to_seconds(when), family, address, command)
        self._asked.append(asked)
        if address < 0:
            return
        self._keepalive.note(when)
        if self._expected(address) and not self._line.spoiling:
            self._waiting = asked

    def _hear_answer(self, when: Nanoseconds, data: bytes) -> None:
        self.last_answer = when
        self._answered.append(to_seconds(when))
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        took = to_seconds(when) - waiting.when - 10 * len(data) / self._line.baud
        if took > self.declares.timeout:
            self._miss(waiting, f"answered after {took:.2f} s")

    def _hear_collision(self, _when: Nanoseconds, _data: bytes) -> None:
        """Two packs have answered one question: that is what their addresses say, and no fault of the rig."""
        self._waiting = None

    def _close_last(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and self._expected(waiting.address) and not self._line.spoiling:
            self._miss(waiting, "not answered")

    def _miss(self, asked: Asked, what: str) -> None:
        self._journal.event(
            "missed_question",
            "line",
            cause=f"{asked.command:02X} to {asked.address:02X} {what}",
        )


def _ascii(data: bytes) -> tuple[int, int]:
    told = parse(data)
    return told.adr, told.cid2


def _registers(data: bytes) -> tuple[int, int]:
    return (data[0], data[1]) if len(data) >= _SHORTEST_RTU else (-1, -1)
