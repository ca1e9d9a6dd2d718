"""Doing the runs of the kill matrix in parallel processes."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

A = TypeVar("A")
R = TypeVar("R")

_number: list[int] = []
"""Which worker this process is, once it is one."""


def in_workers(
    work: Callable[[A, str, int | None], R],
    jobs: Sequence[A],
    tests: str,
    *,
    count: int,
    lost: Callable[[A, str], R],
) -> Iterator[tuple[A, R]]:
    """Do all jobs in so many processes, each on a core of its own, and give what is done as it comes.

    Args:
        work: done in the process; both it and what it gives must be picklable.
        jobs: in the order in which they are begun.
        tests: folder of the requirement tests.
        count: of processes.
        lost: makes the result of a job whose process died.
    """
    context = multiprocessing.get_context("spawn")
    numbers = context.SimpleQueue()
    for number in range(count):
        numbers.put(number)
    with ProcessPoolExecutor(count, context, initializer=_begin, initargs=(numbers,)) as pool:
        running: dict[Future[R], A] = {pool.submit(_run, work, job, tests): job for job in jobs}
        try:
            while running:
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    job = running.pop(future)
                    try:
                        yield job, future.result()
                    except BrokenProcessPool as error:
                        yield job, lost(job, f"a process of the kill matrix died: {error}")
        finally:
            for future in running:
                future.cancel()


def _begin(numbers: multiprocessing.queues.SimpleQueue[int]) -> None:
    _number.append(numbers.get())
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that began it is gone: a pool whose owner was killed waits for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(work: Callable[[A, str, int | None], R], job: A, tests: str) -> R:
    return work(job, tests, _number[0] if _number else None)
