"""What is heard on the line of a device that asks, and when the rig is to blame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bench.bus.line_watch import LineWatch
from bmshil.bms import LateAnswers, LostAnswers
from bmshil.bms.bank_line import BankLine
from bmshil.bms.multidrop import Multidrop
from bmshil.inverter import KeepAlive, KeepAliveWatch, Polls
from bmshil.journal import Journal
from bmshil.timeline import Nanoseconds, SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK_61, ASK_63 = b"~200246610000FDAB\r", b"~200246630000FDA9\r"
ANSWER = b"~200246000000FDB2\r"


class Ends:
    """Both ends of a line at 9600 bit/s: a device, a pack, and the watch between them."""

    def __init__(self, protocol: Any = "pylontech-system") -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.wires = Multidrop(self.timeline, name="try", baud=9600)
        self.bank = BankLine(self.timeline, self.wires)
        self.wires.attach(self)
        self.pack = Pack(self.bank)
        self.present = True
        self.keepalive = KeepAliveWatch(KeepAlive(0, 0.5, 3.0, trigger="poll"))
        self.watch = LineWatch(
            self.bank,
            self.journal,
            declares=Polls(protocol, (2,)),
            keepalive=self.keepalive,
            answers=lambda address: self.present and address == 2,
        )

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """The device has no need to."""

    def ask(self, *questions: bytes) -> None:
        for one in questions:
            self.wires.send(self, one)
            self.timeline.run(1.0)

    def events(self, kind: str) -> list[str]:
        return [event.data["cause"] for event in self.journal.events(0.0, 1e9, kind)]


class Pack:
    def __init__(self, line: BankLine) -> None:
        self.line = line
        self.silent = False
        self.delay = 0.0
        line.attach(self)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        if not self.silent and data != ANSWER:
            self.line.send(self, ANSWER, self.delay)


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = Ends()
    yield made
    made.journal.close()


def test_a_question_is_the_sign_of_life_of_the_device(ends: Ends) -> None:
    assert not ends.keepalive.alive(ends.timeline.now)
    ends.ask(ASK_61, ASK_63)
    assert [(one.family, one.address, one.command) for one in ends.watch.asked(0.0)] == [
        ("pylontech-rs485", 2, 0x61),
        ("pylontech-rs485", 2, 0x63),
    ]
    assert (ends.keepalive.count, ends.keepalive.alive(ends.timeline.now)) == (2, True)
    assert ends.watch.answers(0.0) == 2
    assert ends.watch.answers(1.0) == 1
    assert ends.watch.last_answer == ends.keepalive.last + 18_750_000  # 18 characters of 10 bits
    assert ends.events("missed_question") == []


def test_a_question_that_comes_in_pieces_is_one(ends: Ends) -> None:
    ends.ask(ASK_61[:7], ASK_61[7:])
    assert [one.command for one in ends.watch.asked(0.0)] == [0x61]


def test_a_damaged_question_is_no_sign_of_life(ends: Ends) -> None:
    ends.ask(ASK_61.replace(b"61", b"62"))
    assert [one.family for one in ends.watch.asked(0.0)] == ["unknown"]
    assert ends.keepalive.count == 0
    (cause,) = ends.events("garbled_question")
    assert "checksum" in cause


def test_a_pack_that_does_not_answer_is_trouble_of_the_rig(ends: Ends) -> None:
    ends.pack.silent = True
    ends.ask(ASK_61, ASK_63)
    assert ends.events("missed_question") == ["61 to 02 not answered"]


def test_a_pack_that_answers_too_late_is_trouble_of_the_rig(ends: Ends) -> None:
    ends.pack.delay = 0.6
    ends.ask(ASK_61)
    assert ends.events("missed_question") == ["61 to 02 answered after 0.60 s"]


def test_a_pack_that_shall_be_silent_is_none(ends: Ends) -> None:
    ends.pack.silent, ends.present = True, False
    ends.ask(ASK_61, ASK_63)
    ends.present = True
    ends.ask(ASK_61)
    ends.present = False
    ends.ask(ASK_63)  # it fell silent in between
    assert ends.events("missed_question") == []


@pytest.mark.parametrize("fault", [LostAnswers(), LateAnswers(0.6)])
def test_what_a_test_does_to_the_answers_is_none(ends: Ends, fault: Any) -> None:
    with ends.bank.spoilt(fault):
        ends.ask(ASK_61, ASK_63)
    assert ends.events("missed_question") == []


def test_questions_for_registers() -> None:
    ends = Ends("growatt-1xsxxp")
    ends.ask(bytes.fromhex("0203001300063405"))
    assert [(one.family, one.address, one.command) for one in ends.watch.asked(0.0)] == [("modbus-rtu", 2, 3)]
    ends.journal.close()
