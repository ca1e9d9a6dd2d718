from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from bmshil.safety import wait_on_wall
from bmshil.safety.waiting import look_until
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable


def test_wall_waiting_ends_with_the_condition_or_the_time() -> None:
    looks = count()
    assert wait_on_wall(lambda: next(looks) == 2, 5.0)
    assert next(looks) == 3
    assert not wait_on_wall(lambda: False, 0.03)


def test_looking_lets_50_ms_pass_between_two_looks() -> None:
    timeline = SimulatedTimeline()
    looks: list[float] = []

    def look() -> bool:
        looks.append(timeline.seconds)
        return len(looks) == 4

    assert look_until(look, 1.0, timeline.until)
    assert looks == pytest.approx([0.0, 0.05, 0.1, 0.15])


def test_looking_ends_after_the_time_with_a_last_look() -> None:
    timeline = SimulatedTimeline()
    assert not look_until(lambda: False, 0.5, timeline.until)
    assert timeline.seconds == pytest.approx(0.5)
    assert look_until(lambda: timeline.seconds > 0.95, 0.5, timeline.until)


def test_what_asks_instruments_is_never_handed_to_the_timeline() -> None:
    handed: list[Callable[[], bool]] = []

    def wait(condition: Callable[[], bool], _timeout: float) -> bool:
        handed.append(condition)
        return condition()

    def look() -> bool:
        return len(handed) == 3

    assert look_until(look, 1.0, wait)
    assert look not in handed
