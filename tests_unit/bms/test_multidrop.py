"""The pair of wires between packs: byte times, plugs, collisions, and the way out through a port."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bms.multidrop import Multidrop
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, SimulatedTimeline

Hear = Callable[[Nanoseconds, bytes], object]


class Ear:
    """A station that keeps what it hears, with the time in ms."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        self.heard.append((when / 1e6, data))


class Outside:
    """A port that keeps what it is given, and can be spoken through."""

    def __init__(self, timeline: SimulatedTimeline) -> None:
        self.given: list[tuple[float, bytes]] = []
        self._timeline = timeline
        self._hear: Hear | None = None

    def send(self, data: bytes) -> None:
        self.given.append((self._timeline.now / 1e6, data))

    def subscribe(self, hear: Hear) -> None:
        self._hear = hear

    def say(self, data: bytes) -> None:
        assert self._hear is not None
        self._hear(self._timeline.now, data)


def line_with(ears: int, baud: int = 9600) -> tuple[SimulatedTimeline, Multidrop, list[Ear]]:
    timeline = SimulatedTimeline()
    line = Multidrop(timeline, name="link", baud=baud)
    stations = [Ear() for _ in range(ears)]
    for station in stations:
        line.attach(station)
    return timeline, line, stations


@pytest.mark.parametrize(
    ("characters", "milliseconds"),
    [(18, 18.75), (116, 120.833333), (36, 37.5)],
    ids=["request", "reply_61", "reply_63"],
)
def test_a_message_takes_ten_bits_for_each_byte(characters: int, milliseconds: float) -> None:
    timeline, line, (speaker, ear) = line_with(2)
    line.send(speaker, b"x" * characters)
    timeline.run(1.0)
    ((when, data),) = ear.heard
    assert when == pytest.approx(milliseconds, abs=1e-5)
    assert data == b"x" * characters
    assert speaker.heard == []


def test_a_reply_begins_later_when_told_so() -> None:
    timeline, line, (speaker, ear) = line_with(2)
    line.send(speaker, bytes(18), after=0.1)
    timeline.run(1.0)
    assert ear.heard[0][0] == pytest.approx(118.75)


def test_what_one_station_says_in_a_row_does_not_overlap() -> None:
    timeline, line, (speaker, ear) = line_with(2)
    line.send(speaker, bytes(18))
    line.send(speaker, bytes(18))
    timeline.run(1.0)
    assert [when for when, _ in ear.heard] == [18.75, 37.5]
    assert line.collisions == 0
    assert line.bytes_carried == 36


def test_an_unplugged_station_hears_nothing_and_is_not_heard() -> None:
    timeline, line, (speaker, ear, out) = line_with(3)
    line.connect(out, connected=False)
    line.send(speaker, b"one")
    line.send(out, b"two")
    timeline.run(1.0)
    assert out.heard == []
    assert [data for _, data in ear.heard] == [b"one"]
    line.connect(out, connected=True)
    line.send(speaker, b"three")
    timeline.run(1.0)
    assert [data for _, data in out.heard] == [b"three"]


def test_two_at_once_garble_each_other() -> None:
    timeline, line, (one, two, ear) = line_with(3)
    line.send(one, b"\x7e\x30\x31")
    line.send(two, b"\x0f\x33\x30\x32")
    timeline.run(1.0)
    assert [data for _, data in ear.heard] == [b"\x0e\x30\x30\x32"]
    assert line.collisions == 1


def test_overlap_of_the_end_garbles_only_the_end() -> None:
    timeline, line, (one, two, ear) = line_with(3, baud=10_000)
    line.send(one, b"\xff\xff\xf0\xf0")
    line.send(two, b"\x3c\x3c\x3c", after=0.002)
    timeline.run(1.0)
    assert ear.heard == [(5.0, b"\xff\xff\x30\x30\x3c")]


def test_three_in_a_chain_are_one_garbled_message() -> None:
    timeline, line, (one, two, three, ear) = line_with(4, baud=10_000)
    line.send(one, b"\x11" * 4)
    line.send(three, b"\x22" * 4, after=0.006)
    line.send(two, b"\xff" * 4, after=0.003)
    timeline.run(1.0)
    assert ear.heard == [(10.0, b"\x11" * 4 + b"\xff" * 2 + b"\x22" * 4)]
    assert line.collisions == 2


def test_an_answer_at_the_end_of_a_question_is_no_collision() -> None:
    timeline, line, (asker, ear) = line_with(2)

    class Answers(Ear):
        def hear(self, when: Nanoseconds, data: bytes) -> None:
            super().hear(when, data)
            line.send(self, b"yes")

    line.attach(Answers())
    line.send(asker, b"?")
    timeline.run(1.0)
    assert [data for _, data in ear.heard] == [b"?", b"yes"]
    assert line.collisions == 0


@given(
    st.lists(st.tuples(st.integers(0, 3), st.binary(min_size=1, max_size=8), st.floats(0, 0.02)), max_size=12)
)
def test_nobody_hears_more_than_was_said(said: list[tuple[int, bytes, float]]) -> None:
    timeline, line, stations = line_with(5, baud=19_200)
    for who, data, after in said:
        line.send(stations[who], data, after=after)
    timeline.run(2.0)
    heard = stations[4].heard
    total = sum(len(data) for _, data, _ in said)
    assert line.bytes_carried == total
    assert sum(len(data) for _, data in heard) <= total
    assert [when for when, _ in heard] == sorted(when for when, _ in heard)
    assert len(heard) == len(said) - line.collisions


class TestWithAPort:
    """The wires go on outside, where the line takes the time of the bytes once more."""

    def opened(self) -> tuple[SimulatedTimeline, Outside, Multidrop, Ear, Ear]:
        timeline = SimulatedTimeline()
        outside = Outside(timeline)
        line = Multidrop(timeline, name="bank", baud=10_000, port=outside)
        one, two = Ear(), Ear()
        line.attach(one)
        line.attach(two)
        return timeline, outside, line, one, two

    def test_a_message_goes_out_when_it_begins(self) -> None:
        timeline, outside, line, one, two = self.opened()
        line.send(one, b"abcd", after=0.05)
        timeline.run(1.0)
        assert outside.given == [(50.0, b"abcd")]
        assert two.heard == [(54.0, b"abcd")]

    def test_what_comes_in_is_heard_by_all(self) -> None:
        timeline, outside, _, one, two = self.opened()
        timeline.at(Nanoseconds(7_000_000), lambda: outside.say(b"?"))
        timeline.run(1.0)
        assert one.heard == two.heard == [(7.0, b"?")]

    def test_two_answers_go_out_garbled_in_one_piece(self) -> None:
        timeline, outside, line, one, two = self.opened()
        line.send(one, b"\x11" * 4, after=0.05)
        line.send(two, b"\x22" * 4, after=0.052)
        timeline.run(1.0)
        assert outside.given == [(50.0, b"\x11\x11\x00\x00\x22\x22")]

    def test_who_joins_in_late_adds_what_follows(self) -> None:
        timeline, outside, line, one, two = self.opened()
        line.send(one, b"\x11" * 4)
        timeline.at(Nanoseconds(2_000_000), lambda: line.send(two, b"\x22" * 4))
        timeline.run(1.0)
        assert outside.given == [(0.0, b"\x11" * 4), (2.0, b"\x22\x22")]
        assert line.collisions == 1


def test_strangers_are_refused() -> None:
    _, line, (ear,) = line_with(1)
    for wrong in (
        lambda: line.send(Ear(), b"x"),
        lambda: line.connect(Ear(), connected=False),
        lambda: line.attach(ear),
        lambda: Multidrop(SimulatedTimeline(), name="link", baud=0),
    ):
        with pytest.raises(InputError, match="link"):
            wrong()
