"""Blocking work beside a wall-time timeline: one worker per lane."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Lanes:
    """Workers that keep the order within a lane and never let one lane wait for another.

    Args:
        post: queues a result on the timeline.
        fail: takes what a piece of work has raised.
        prepare: called first on the thread of every lane.
    """

    def __init__(
        self,
        post: Callable[[Callable[[], object]], None],
        fail: Callable[[BaseException], None],
        prepare: Callable[[], object],
    ) -> None:
        self._post = post
        self._fail = fail
        self._prepare = prepare
        self._workers: dict[str, ThreadPoolExecutor] = {}

    def submit(self, lane: str, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Do ``work`` on the lane's worker; ``then`` gets its result on the timeline."""
        worker = self._workers.get(lane)
        if worker is None:
            worker = ThreadPoolExecutor(
                max_workers=1, thread_name_prefix=f"bmshil-lane-{lane}", initializer=self._prepare
            )
            self._workers[lane] = worker

        def run() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
                self._fail(error)
            else:
                self._post(lambda: then(result))

        worker.submit(run)

    def close(self) -> None:
        """Let work that has begun finish, drop the rest."""
        for worker in self._workers.values():
            worker.shutdown(wait=True, cancel_futures=True)
        self._workers.clear()
