"""What readings and captures of the physical layer mean, in words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmshil.bench.bus.duplicates import alternating, colliding, heard_at
from bmshil.bench.bus.error_rate import ErrorRate, classify_errors, count_frames
from bmshil.bench.bus.termination import reading, terminators
from bmshil.journal import Direction, Frame, Journal
from bmshil.timeline import Nanoseconds, SimulatedTimeline

LIMITS = (0x451, False)


@pytest.mark.parametrize(
    ("ohms", "named"),
    [
        (math.inf, "no terminator"),
        (12_000.0, "no terminator"),
        (120.0, "one terminator"),
        (60.0, "two terminators"),
        (55.0, "two terminators"),
        (65.0, "two terminators"),
        (40.0, "three terminators"),
        (30.0, "four terminators"),
        (15.0, "eight terminators"),
        (0.3, "a short circuit, or more than twelve terminators"),
        (0.0, "a short circuit, or more than twelve terminators"),
        (80.0, "no whole number of terminators: a bad contact, or something else across the lines"),
    ],
)
def test_a_resistance_is_named_as_what_it_is(ohms: float, named: str) -> None:
    assert terminators(ohms) == named


@given(st.integers(1, 12), st.floats(0.99, 1.01))
def test_terminators_are_counted_through_the_error_of_the_meter(number: int, error: float) -> None:
    words = [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    assert terminators(120.0 / number * error).split()[0] == words[number - 1]


def test_readings_are_written_as_people_say_them() -> None:
    assert (reading(15.0), reading(math.inf)) == ("15 ohm", "open")


@pytest.mark.parametrize(
    ("rates", "named"),
    [
        ([(0, 500, 0), (20, 500, 0), (100, 500, 0)], "none"),
        ([(0, 500, 0), (20, 500, 0), (100, 400, 100)], "noise grows with power"),
        ([(0, 500, 5), (50, 480, 10), (100, 400, 100)], "noise grows with power"),
        ([(0, 450, 50), (50, 455, 45), (100, 448, 52)], "constant fault"),
        ([(0, 500, 1), (50, 500, 0), (100, 500, 2)], "constant fault"),
        ([(0, 500, 0), (50, 500, 1), (100, 500, 2)], "too few errors to tell why"),
        ([(0, 0, 900), (100, 0, 900)], "constant fault"),
    ],
)
def test_noise_of_the_power_stage_is_told_from_a_constant_fault(
    rates: list[tuple[float, int, int]], named: str
) -> None:
    assert classify_errors([ErrorRate(*one) for one in rates]) == named


def test_the_share_of_destroyed_frames() -> None:
    assert ErrorRate(100.0, 75, 25).share == 0.25
    assert ErrorRate(0.0, 0, 0).share == 0.0


class Tape:
    """A journal of two ports that tests write frames into, 100 ms apart unless they say otherwise."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.witness = self.journal.port("witness")
        self.emulator = self.journal.port("emulator")

    def hear(self, *values: int, identifier: int = 0x451, gap: float = 0.1, port: int = 0) -> None:
        for value in values:
            self.timeline.run(gap)
            self._write(Frame(identifier, bytes([value, 2, 0, 0])), port, error=False)

    def confirm(self, value: int, identifier: int = 0x451) -> None:
        frame = Frame(identifier, bytes([value, 2, 0, 0]))
        self.journal.frame(self.emulator, Nanoseconds(self.timeline.now), Direction.SENT, frame)

    def err(self, times: int = 1, kind: str = "bit", port: int = 0) -> None:
        for _ in range(times):
            self.timeline.run(0.00005)
            self._write(Frame({"bit": 0x88, "state": 0x204, "other": 0}[kind], bytes(8)), port, error=True)

    def _write(self, frame: Frame, port: int, *, error: bool) -> None:
        now = Nanoseconds(self.timeline.now)
        self.journal.frame(port, now, Direction.RECEIVED, frame, error=error)

    @property
    def alternating(self) -> dict[tuple[int, bool], int]:
        return alternating(self.journal, "witness", 0.0, self.timeline.seconds)

    @property
    def colliding(self) -> set[tuple[int, bool]]:
        return colliding(self.journal, "witness", 0.0, self.timeline.seconds)


@pytest.fixture
def tape() -> Tape:
    return Tape()


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((1, 2, 1, 2, 1, 2), True),
        ((1, 2, 1, 2, 2, 1, 2, 1), True),
        ((1, 1, 1, 1, 1, 1), False),
        ((1, 2, 3, 4, 5, 6), False),
        ((1, 1, 1, 2, 1, 1, 1, 1), False),
        ((1, 2, 1), False),
    ],
)
def test_values_that_alternate_are_seen(tape: Tape, values: tuple[int, ...], found: bool) -> None:
    tape.hear(*values)
    tape.hear(7, 8, 9, 10, identifier=0x351)
    tape.hear(1, 2, 1, 2, 1, 2, identifier=0x551, port=tape.emulator)
    assert tape.alternating == ({LIMITS: len(values)} if found else {})


def test_what_nobody_acknowledges_is_one_frame_however_often_it_is_heard(tape: Tape) -> None:
    tape.hear(1, 2)
    tape.hear(*[2] * 50, gap=0.01)
    tape.hear(1)
    tape.hear(*[1] * 3000, gap=0.0003)
    tape.hear(2)
    assert tape.alternating == {LIMITS: 4}


def test_a_frame_that_was_confirmed_is_not_repeated_but_sent_again(tape: Tape) -> None:
    for value in (1, 2, 1, 2):
        tape.hear(value)
        tape.confirm(value)
        tape.hear(value, gap=0.001)
        tape.confirm(value)
    heard = heard_at(tape.journal, "witness", 0.0, tape.timeline.seconds)
    assert [one[2][0] for one in heard if one is not None] == [1, 1, 2, 2, 1, 1, 2, 2]


def test_two_frames_that_come_through_together_after_errors_have_collided(tape: Tape) -> None:
    tape.hear(1, 1)
    tape.err(16)
    tape.hear(1, gap=0.0001)
    tape.hear(2, gap=0.0003)
    tape.hear(1)
    assert tape.colliding == {LIMITS}
    assert tape.alternating == {}


def test_errors_between_the_two_count_as_well(tape: Tape) -> None:
    tape.hear(1)
    tape.err()
    tape.hear(2, gap=0.0003)
    assert tape.colliding == {LIMITS}


@pytest.mark.parametrize("case", ["no errors", "same value", "another identifier", "late", "errors long ago"])
def test_what_is_no_collision(tape: Tape, case: str) -> None:
    tape.hear(1)
    if case != "no errors":
        tape.err(16)
    tape.hear(1, gap=0.0001)
    if case == "errors long ago":
        tape.hear(1)
    tape.hear(
        1 if case == "same value" else 2,
        identifier=0x351 if case == "another identifier" else 0x451,
        gap=0.1 if case == "late" else 0.0003,
    )
    assert tape.colliding == set()


def test_errors_are_counted_where_frames_are_and_changes_of_state_are_none(tape: Tape) -> None:
    tape.hear(1, 2, 3)
    tape.hear(4, port=tape.emulator)
    tape.err(2)
    tape.err(1, kind="state")
    tape.err(1, kind="other", port=tape.emulator)
    assert count_frames(tape.journal, "witness", 0.0, 1.0) == (3, 2)
    assert count_frames(tape.journal, "emulator", 0.0, 1.0) == (1, 1)
    assert count_frames(tape.journal, "witness", 0.25, 1.0) == (1, 2)
