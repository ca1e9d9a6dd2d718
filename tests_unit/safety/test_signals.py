from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from bmshil.safety import teardown_on_termination, uninterrupted

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@contextmanager
def handled() -> Iterator[list[int]]:
    """Collect signals instead of dying of them."""
    seen: list[int] = []
    earlier = {one: signal.signal(one, lambda number, _: seen.append(number)) for one in ALL}
    try:
        yield seen
    finally:
        for one, handler in earlier.items():
            signal.signal(one, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_termination_tears_down_and_the_handler_comes_back(number: signal.Signals) -> None:
    with handled() as seen:
        with pytest.raises(KeyboardInterrupt, match=number.name), teardown_on_termination():
            signal.raise_signal(number)
        assert seen == []
        signal.raise_signal(number)
        assert seen == [number]


def test_an_interrupt_keeps_its_own_handler() -> None:
    with handled() as seen, teardown_on_termination():
        signal.raise_signal(signal.SIGINT)
        assert seen == [signal.SIGINT]


@pytest.mark.parametrize("number", ALL)
def test_what_must_not_be_interrupted_is_finished_first(number: signal.Signals) -> None:
    finished = False
    with handled() as seen:
        with uninterrupted():
            signal.raise_signal(number)
            assert seen == []
            finished = True
        assert seen == [number]
    assert finished


def test_a_signal_still_ends_the_run_after_the_off_order() -> None:
    steps = []

    def run() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            steps.append("off")
        steps.append("never")

    with pytest.raises(KeyboardInterrupt), teardown_on_termination():
        run()
    assert steps == ["off"]


def test_an_error_inside_still_lets_the_signal_act() -> None:
    def fail() -> None:
        signal.raise_signal(signal.SIGTERM)
        raise ValueError("inside")

    with handled() as seen:
        with pytest.raises(ValueError, match="inside"), uninterrupted():
            fail()
        assert seen == [signal.SIGTERM]


def test_another_thread_is_left_alone() -> None:
    def use() -> bool:
        with teardown_on_termination(), uninterrupted():
            return threading.current_thread() is not threading.main_thread()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(use).result(5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_killed_process_runs_its_teardown(number: signal.Signals) -> None:
    code = """
import sys, threading
from bmshil.safety import teardown_on_termination
with teardown_on_termination():
    try:
        print("ready", flush=True)
        threading.Event().wait(20)
    finally:
        print("torn down", flush=True)
"""
    with subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.read() == "torn down\n"
