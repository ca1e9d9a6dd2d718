"""The watch over the device's own frame."""

import pytest

from bmshil.inverter import KeepAlive, KeepAliveWatch
from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds

SECOND = 1_000_000_000


@pytest.fixture
def watch() -> KeepAliveWatch:
    return KeepAliveWatch(KeepAlive(id=0x305, period=1.0, grace=5.0))


def hear(watch: KeepAliveWatch, seconds: float, frame: Frame) -> None:
    watch.hear(Nanoseconds(round(seconds * SECOND)), frame)


def alive(watch: KeepAliveWatch, seconds: float) -> bool:
    return watch.alive(Nanoseconds(round(seconds * SECOND)))


def test_a_device_that_was_never_heard_is_not_alive(watch: KeepAliveWatch) -> None:
    assert not alive(watch, 0)
    assert watch.silence(Nanoseconds(0)) == float("inf")
    assert (watch.first, watch.last, watch.count) == (None, None, 0)


def test_it_lives_up_to_its_grace_and_no_longer(watch: KeepAliveWatch) -> None:
    hear(watch, 2.0, Frame(0x305, bytes(8)))
    assert alive(watch, 7.0)
    assert not alive(watch, 7.000_001)
    assert watch.silence(Nanoseconds(5 * SECOND)) == 3.0


@pytest.mark.parametrize("payload", [b"", bytes(8), bytes.fromhex("0c02f6ff1a00e803")])
def test_any_payload_counts(watch: KeepAliveWatch, payload: bytes) -> None:
    hear(watch, 1.0, Frame(0x305, payload))
    assert watch.count == 1


@pytest.mark.parametrize(
    "frame",
    [
        Frame(0x306, bytes(8)),
        Frame(0x305, bytes(8), extended=True),
        Frame(0x305, b"", remote=True),
        Frame(0x351, bytes(8)),
    ],
)
def test_other_frames_do_not_count(watch: KeepAliveWatch, frame: Frame) -> None:
    hear(watch, 1.0, frame)
    assert (watch.count, alive(watch, 1.0)) == (0, False)


def test_a_device_may_declare_29_bits() -> None:
    watch = KeepAliveWatch(KeepAlive(id=0x305, period=1.0, grace=5.0, extended=True))
    hear(watch, 1.0, Frame(0x305, bytes(8), extended=True))
    hear(watch, 2.0, Frame(0x305, bytes(8)))
    assert watch.count == 1


def test_the_times_since_a_moment_are_in_order_and_that_moment_is_among_them(watch: KeepAliveWatch) -> None:
    for seconds in (1.0, 2.0, 2.5, 7.75):
        hear(watch, seconds, Frame(0x305, bytes(8)))
    assert watch.times(0.0) == pytest.approx([1.0, 2.0, 2.5, 7.75])
    assert watch.times(2.0) == pytest.approx([2.0, 2.5, 7.75])
    assert watch.times(8.0) == []
    assert (watch.first, watch.last, watch.count) == (1 * SECOND, 7_750_000_000, 4)


def test_a_forgotten_device_has_to_speak_again(watch: KeepAliveWatch) -> None:
    hear(watch, 1.0, Frame(0x305, bytes(8)))
    watch.forget()
    assert not alive(watch, 1.0)
    hear(watch, 60.0, Frame(0x305, bytes(8)))
    assert (watch.count, watch.first) == (1, 60 * SECOND)
    assert watch.times(0.0) == pytest.approx([60.0])
