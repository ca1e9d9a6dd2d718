"""Signals: a terminated run still tears down, and the off order is not interrupted."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object] | int | None

TERMINATIONS = (signal.SIGTERM, signal.SIGHUP)
"""What ends a run without Python's teardown, unless somebody handles it."""

INTERRUPTIONS = (signal.SIGINT, signal.SIGALRM, *TERMINATIONS)
"""What may break off whatever runs: by SIGALRM a test that takes too long is ended."""


@contextmanager
def teardown_on_termination() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt in the main thread, so that fixtures tear down.

    The earlier handlers come back at the end. Outside the main thread Python allows no handlers, and this
    does nothing.
    """
    with _handling(TERMINATIONS, _interrupt):
        yield


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold back SIGINT, SIGTERM, SIGHUP and SIGALRM until the end, then let the last of them act.

    Neither a second Ctrl-C nor the timeout of a test may stop the off order half-way.
    """
    waiting: list[int] = []
    try:
        with _handling(INTERRUPTIONS, lambda number, _frame: waiting.append(number)):
            yield
    finally:
        if waiting:
            signal.raise_signal(signal.Signals(waiting[-1]))


def _interrupt(number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt(f"received {signal.Signals(number).name}")


@contextmanager
def _handling(signals: tuple[signal.Signals, ...], handler: Handler) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    earlier: list[tuple[signal.Signals, Handler]] = []
    try:
        for one in signals:
            earlier.append((one, signal.signal(one, handler)))  # noqa: PERF401 - undone as far as it came
        yield
    finally:
        for one, former in earlier:
            # None: installed by C code, which cannot be put back from here.
            signal.signal(one, signal.SIG_DFL if former is None else former)
