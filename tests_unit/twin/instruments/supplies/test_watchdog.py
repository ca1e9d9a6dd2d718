"""The watchdog of an instrument, on both kinds of time."""

from __future__ import annotations

import threading

import pytest

from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.instruments.supplies.watchdog import Watchdog


class Bark:
    """Remembers when it acted, on simulated time."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.at: list[float] = []
        self.dog = Watchdog(self.timeline, lambda: self.at.append(round(self.timeline.seconds, 9)))


@pytest.fixture
def bark() -> Bark:
    return Bark()


def test_it_acts_once_after_the_silence(bark: Bark) -> None:
    bark.dog.arm(5.0)
    bark.timeline.run(60.0)
    assert bark.at == [5.0]
    assert bark.dog.left == 0.0


def test_every_word_puts_it_off(bark: Bark) -> None:
    bark.dog.arm(5.0)
    for _ in range(8):
        bark.timeline.run(3.0)
        bark.dog.feed()
    assert bark.at == []
    assert bark.dog.left == 5.0
    bark.timeline.run(60.0)
    assert bark.at == [29.0]  # 24 s of words, and 5 s


def test_a_word_after_it_has_acted_begins_again(bark: Bark) -> None:
    bark.dog.arm(5.0)
    bark.timeline.run(10.0)
    bark.dog.feed()
    bark.timeline.run(10.0)
    assert bark.at == [5.0, 15.0]


def test_prepared_it_counts_from_the_next_word(bark: Bark) -> None:
    bark.dog.prepare(5.0)
    bark.timeline.run(20.0)
    bark.dog.feed()
    bark.timeline.run(20.0)
    assert bark.at == [25.0]


def test_disarmed_it_allows_any_silence(bark: Bark) -> None:
    bark.dog.arm(5.0)
    bark.timeline.run(4.0)
    bark.dog.disarm()
    bark.dog.feed()
    bark.timeline.run(60.0)
    assert bark.at == []
    assert bark.dog.seconds == 0.0


def test_a_shorter_time_counts_at_once(bark: Bark) -> None:
    bark.dog.arm(60.0)
    bark.timeline.run(1.0)
    bark.dog.arm(2.0)
    bark.timeline.run(100.0)
    assert bark.at == [3.0]


def test_words_do_not_fill_the_queue(bark: Bark) -> None:
    bark.dog.arm(5.0)
    for _ in range(1000):
        bark.dog.feed()
    assert len(bark.timeline._heap) == 1


@pytest.mark.wall
def test_on_wall_time_it_is_armed_from_another_thread() -> None:
    timeline = WallTimeline()
    acted = threading.Event()
    try:
        dog = Watchdog(timeline, acted.set)
        thread = threading.Thread(target=dog.arm, args=(0.05,))
        thread.start()
        thread.join()
        assert acted.wait(5.0)
    finally:
        timeline.close()
