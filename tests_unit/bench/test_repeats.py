"""What was acknowledged, told from what was only heard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from bmshil.bench.bus.repeats import Repeats
from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.ports import CanPort

FRAME = Frame(0x351, b"\x01")
KEY = (0x351, False)
MS = 1_000_000


class Sender:
    """The part of a port that matters: it confirms."""

    def __init__(self) -> None:
        self.confirm: Callable[[Nanoseconds, Frame], Any] = lambda *_: None

    def subscribe_sent(self, listener: Callable[[Nanoseconds, Frame], Any]) -> None:
        self.confirm = listener


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def repeats(sender: Sender) -> Repeats:
    return Repeats([cast("CanPort", sender)])


def at(milliseconds: float) -> Nanoseconds:
    return Nanoseconds(int(milliseconds * MS))


@pytest.mark.parametrize(
    ("heard", "found"), [(1000.2, 1000.2), (999.0, 999.0), (1019.0, 1019.0), (1021.0, 1000.0)]
)
def test_the_witness_times_what_the_emulator_confirms(
    sender: Sender, repeats: Repeats, heard: float, found: float
) -> None:
    sender.confirm(at(1000.0), FRAME)
    assert repeats.acknowledged(KEY, at(heard)) == at(found)


def test_what_was_never_confirmed_was_never_acknowledged(sender: Sender, repeats: Repeats) -> None:
    sender.confirm(at(1000.0), Frame(0x355, b"\x01"))
    assert repeats.acknowledged(KEY, at(1000.0)) is None


def test_without_an_adapter_that_confirms_nobody_knows_better() -> None:
    assert Repeats([]).acknowledged(KEY, at(1000.0)) == at(1000.0)


def test_the_same_frame_at_once_again_is_a_repetition(repeats: Repeats) -> None:
    assert [repeats.again(at(when), FRAME) for when in (0.0, 0.3, 10.3, 20.6, 40.6)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_another_frame_in_between_or_other_data_makes_it_a_new_one(repeats: Repeats) -> None:
    frames = [FRAME, Frame(0x355, b"\x01"), FRAME, Frame(0x351, b"\x02"), Frame(0x351, b"\x02")]
    assert [repeats.again(at(when), one) for when, one in enumerate(frames)] == [False] * 4 + [True]


def test_a_confirmed_frame_is_not_repeated_but_sent_again(sender: Sender, repeats: Repeats) -> None:
    assert not repeats.again(at(0.0), FRAME)
    sender.confirm(at(0.0), FRAME)
    assert not repeats.again(at(0.3), FRAME)
