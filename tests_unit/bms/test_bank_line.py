"""The bank's end of the line: questions and answers told apart, and what can happen to answers."""

from __future__ import annotations

import pytest

from bmshil.bms import FlippedDigit, LateAnswers, LostAnswers
from bmshil.bms.bank_line import BankLine
from bmshil.bms.multidrop import Multidrop
from bmshil.timeline import Nanoseconds, SimulatedTimeline


class Inverter:
    """Asks from the other end of the line, and keeps what it hears."""

    def __init__(self, timeline: SimulatedTimeline, line: Multidrop) -> None:
        self.timeline = timeline
        self.line = line
        self.heard: list[tuple[float, bytes]] = []
        line.attach(self)

    def ask(self, data: bytes) -> None:
        self.line.send(self, data)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        self.heard.append((round(self.timeline.seconds, 4), data))


class Pack:
    """Answers whatever it is asked, at once."""

    def __init__(self, line: BankLine, answer: bytes) -> None:
        self.line = line
        self.answer = answer
        line.attach(self)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        if data.startswith(b"ask"):
            self.line.send(self, self.answer)


class Line:
    """A line at 10 000 bit/s, so that a byte takes a millisecond, with one pack."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        wires = Multidrop(self.timeline, name="try", baud=10_000)
        self.bank = BankLine(self.timeline, wires)
        self.inverter = Inverter(self.timeline, wires)
        self.pack = Pack(self.bank, b"answer0")
        self.told: list[tuple[str, bytes]] = []
        self.bank.on_question.append(lambda _when, data: self.told.append(("question", data)))
        self.bank.on_answer.append(lambda _when, data: self.told.append(("answer", data)))
        self.bank.on_collision.append(lambda _when, data: self.told.append(("collision", data)))

    def ask(self, times: int = 1) -> list[bytes]:
        """Ask once a second; returns what came back."""
        before = len(self.inverter.heard)
        for _ in range(times):
            self.inverter.ask(b"ask")
            self.timeline.run(1.0)
        return [data for _, data in self.inverter.heard[before:]]


def test_questions_and_answers_are_told_apart() -> None:
    line = Line()
    assert line.ask() == [b"answer0"]
    assert line.told == [("question", b"ask"), ("answer", b"answer0")]
    assert line.inverter.heard == [(0.01, b"answer0")]
    assert (line.bank.name, line.bank.baud, line.bank.spoiling) == ("try", 10_000, False)


def test_two_packs_that_answer_at_once_are_no_question() -> None:
    line = Line()
    Pack(line.bank, b"ANSWER1")
    line.ask()
    assert [kind for kind, _ in line.told] == ["question", "collision"]


def test_an_answer_may_come_late() -> None:
    line = Line()
    with line.bank.spoilt(LateAnswers(0.5)):
        assert line.bank.spoiling
        line.ask()
    assert line.inverter.heard == [(0.51, b"answer0")]
    assert line.ask() == [b"answer0"]
    assert line.inverter.heard[-1][0] == 1.01


def test_a_digit_may_flip_in_answers_of_one_length() -> None:
    line = Line()
    with line.bank.spoilt(FlippedDigit(length=7, at=6, digit=b"9")):
        assert line.ask() == [b"answer9"]
    with line.bank.spoilt(FlippedDigit(length=8, at=6, digit=b"9")):
        assert line.ask() == [b"answer0"]
    assert [kind for kind, _ in line.told] == ["question", "answer"] * 2


@pytest.mark.parametrize(("every", "left"), [(1, 0), (2, 50), (5, 80)])
def test_a_share_of_the_answers_is_lost_and_never_in_step(every: int, left: int) -> None:
    line = Line()
    with line.bank.spoilt(LostAnswers(every)):
        assert len(line.ask(100)) == pytest.approx(left, abs=2)
    assert len(line.ask(10)) == 10


def test_a_pack_without_its_plug_neither_hears_nor_answers() -> None:
    line = Line()
    with line.bank.unplugged():
        assert line.bank.spoiling
        assert line.ask() == []
    assert line.ask() == [b"answer0"]
    assert not line.bank.spoiling


def test_a_reset_forgets_faults_and_puts_plugs_in() -> None:
    line = Line()
    with line.bank.spoilt(LostAnswers()), line.bank.unplugged():
        line.timeline.call(line.bank.reset)
        assert line.ask() == [b"answer0"]
    assert line.ask() == [b"answer0"]


def test_who_was_unplugged_before_stays_so() -> None:
    line = Line()
    line.bank.connect(line.pack, False)
    with line.bank.unplugged():
        assert line.ask() == []
    assert line.ask() == []
