"""Letting time pass while instruments are asked, on a timeline or without one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

Wait = Callable[[Callable[[], bool], float], bool]
"""``wait(condition, timeout)``: let time pass until the condition holds, and say whether it does.

``Timeline.until`` is one. It may test the condition on another thread, so that conditions given to it here
never ask an instrument.
"""

STEP = 0.05
"""Time between two looks at an instrument, s."""

_TICK = 0.01


def wait_on_wall(condition: Callable[[], bool], timeout: float) -> bool:
    """Wait in real time, for whoever has no timeline: an off command, a guard.

    Args:
        condition: tested every 10 ms.
        timeout: s.
    """
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        pause.wait(min(_TICK, left))
    return True


def look_until(condition: Callable[[], bool], timeout: float, wait: Wait) -> bool:
    """Ask instruments every 50 ms, on the calling thread, until ``condition`` holds.

    Args:
        condition: may ask instruments.
        timeout: time let pass between the looks altogether, s; how long the looks take is not counted.
        wait: lets time pass.
    """
    for _ in range(round(timeout / STEP)):
        if condition():
            return True
        wait(_never, STEP)
    return condition()


def _never() -> bool:
    return False
