"""Wall time: one thread runs the queue against the monotonic clock, with absolute deadlines."""

from __future__ import annotations

import heapq
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from bmshil.errors import TimelineError
from bmshil.timeline import scheduling
from bmshil.timeline.base import Source, Timeline
from bmshil.timeline.clock import Nanoseconds, to_ns, to_seconds
from bmshil.timeline.lanes import Lanes
from bmshil.timeline.lateness import Lateness

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SOURCE_WAIT = 0.2
"""How long a source's thread blocks before it looks whether it shall stop, s."""


class WallTimeline(Timeline):
    """Real time since the timeline was made.

    Threads: the waiting test, the timeline itself (sending and control logic, never a blocking call),
    one per source, one per lane of offloaded work. No lock is held while an event runs.

    Attributes:
        lateness: how late the events were.
        realtime: whether the system granted real-time scheduling.
    """

    simulated = False

    def __init__(self, *, realtime: bool = True) -> None:
        self.epoch = datetime.now(UTC)
        self.lateness = Lateness()
        self.realtime = False
        self._zero = time.monotonic_ns()
        self._heap: list[tuple[int, int, Callable[[], object]]] = []
        self._order = 0
        self._changed = threading.Condition()
        self._closing = False
        self._failure: BaseException | None = None
        self._failed_at = Nanoseconds(0)
        self._left_at = Nanoseconds(0)
        self._waiters: list[_Waiter] = []
        self._sources: dict[int, _Listener] = {}
        self._lanes = Lanes(self.post, self._fail_on_timeline, self._keep_up)
        started = threading.Event()
        self._thread = threading.Thread(
            target=self._loop, args=(realtime, started), daemon=True, name="bmshil-timeline"
        )
        self._thread.start()
        started.wait()

    @property
    def now(self) -> Nanoseconds:
        """Time since the timeline's zero, in nanoseconds."""
        return Nanoseconds(time.monotonic_ns() - self._zero)

    @property
    def unattended(self) -> float:
        """Time since a thread has last waited here, so that it heard of failures, s; 0 while one does."""
        return 0.0 if self._waiters else to_seconds(Nanoseconds(self.now - self._left_at))

    @property
    def ignored(self) -> float:
        """How long the failure of an event waits for a thread that hears of it, s; 0 without one."""
        return 0.0 if self._failure is None else to_seconds(Nanoseconds(self.now - self._failed_at))

    def at(self, when: Nanoseconds, action: Callable[[], object]) -> None:
        """Run ``action`` at an absolute time; may be called from any thread."""
        with self._changed:
            self._order += 1
            heapq.heappush(self._heap, (when, self._order, action))
            if self._heap[0][1] == self._order and threading.current_thread() is not self._thread:
                self._changed.notify()

    def run(self, seconds: float) -> None:
        """Let ``seconds`` of real time pass."""
        self._wait(None, seconds)

    def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Wait until ``condition`` holds, at most ``timeout`` seconds; it is tested on the timeline."""
        return self._wait(condition, timeout)

    def call(self, action: Callable[[], T]) -> T:
        """Run ``action`` on the timeline's thread and return its result."""
        if threading.current_thread() is self._thread:
            return action()
        outcome: list[T] = []
        errors: list[BaseException] = []
        done = threading.Event()

        def run() -> None:
            try:
                outcome.append(action())
            except BaseException as error:  # noqa: BLE001 - handed over to the calling thread
                errors.append(error)
            finally:
                done.set()

        self.post(run)
        while not done.wait(SOURCE_WAIT):
            self._check_alive()
        if errors:
            raise errors[0]
        return outcome[0]

    def post(self, action: Callable[[], object]) -> None:
        """Queue ``action`` as soon as possible; may be called from any thread."""
        self.at(self.now, action)

    def offload(self, lane: str, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Do blocking ``work`` on the lane's own thread and hand the result back to the timeline."""
        self._lanes.submit(lane, work, then)

    def add_source(self, source: Source) -> None:
        """Let a thread of its own wait for ``source``."""
        self._sources[id(source)] = _Listener(source, self.post, self._fail_on_timeline, self._keep_up)

    def remove_source(self, source: Source) -> None:
        """Stop the thread that waits for ``source``."""
        listener = self._sources.pop(id(source), None)
        if listener is not None:
            listener.stop()

    def close(self) -> None:
        """Stop all threads and wait for them."""
        for listener in self._sources.values():
            listener.stop()
        self._sources.clear()
        self._lanes.close()
        with self._changed:
            self._closing = True
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _wait(self, condition: Callable[[], bool] | None, timeout: float) -> bool:
        if threading.current_thread() is self._thread:
            raise TimelineError("waiting inside an event would stop time: schedule another event instead")
        waiter = _Waiter(condition, Nanoseconds(self.now + to_ns(timeout)))

        def enter() -> None:
            self._waiters.append(waiter)
            self.at(waiter.end, lambda: None)

        self.post(enter)
        try:
            while not waiter.done.wait(SOURCE_WAIT):
                self._check_alive()
        finally:
            self._left_at = self.now
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure
        if waiter.error is not None:
            raise waiter.error
        return waiter.met

    def _check_alive(self) -> None:
        if not self._thread.is_alive():
            raise TimelineError("the timeline is closed: nothing can be waited for")

    def _fail(self, error: BaseException) -> None:
        """Keep the first failure of an event for whoever waits."""
        if self._failure is None:
            self._failed_at = self.now
            self._failure = error

    def _fail_on_timeline(self, error: BaseException) -> None:
        """Report a failure of another thread where the waiting thread is woken up."""
        self.post(lambda: self._fail(error))

    def _keep_up(self) -> None:
        """Let the calling thread, a source's or a lane's, run before other programs where the timeline does.

        The timeline waits for the interpreter while one of them holds it, and for the confirmation of a frame
        before it sends many more.
        """
        if self.realtime:
            scheduling.request_realtime(scheduling.HELPER_PRIORITY)

    def _loop(self, realtime: bool, started: threading.Event) -> None:
        scheduling.sharpen_timers()
        self.realtime = realtime and scheduling.request_realtime()
        started.set()
        changed = self._changed
        heap = self._heap
        while True:
            with changed:
                while True:
                    if self._closing:
                        return
                    if not heap:
                        changed.wait()
                        continue
                    due = heap[0][0] - self.now
                    if due <= 0:
                        when, _, action = heapq.heappop(heap)
                        break
                    changed.wait(due * 1e-9)
            self.lateness.add(self.now - when)
            try:
                action()
            except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
                self._fail(error)
            self._serve_waiters()

    def _serve_waiters(self) -> None:
        if not self._waiters:
            return
        now = self.now
        failed = self._failure is not None
        self._waiters = [waiter for waiter in self._waiters if not waiter.settle(now, failed=failed)]


class _Waiter:
    """One thread that waits for a condition or an end."""

    def __init__(self, condition: Callable[[], bool] | None, end: Nanoseconds) -> None:
        self.end = end
        self.met = False
        self.error: BaseException | None = None
        self.done = threading.Event()
        self._condition = condition

    def settle(self, now: Nanoseconds, *, failed: bool) -> bool:
        """Release the waiting thread when there is a reason to; runs on the timeline."""
        try:
            self.met = self._condition is not None and self._condition()
        except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
            self.error = error
        if self.met or failed or self.error is not None or now >= self.end:
            self.done.set()
            return True
        return False


class _Listener:
    """The thread that waits for one source."""

    def __init__(
        self,
        source: Source,
        post: Callable[[Callable[[], object]], None],
        fail: Callable[[BaseException], None],
        prepare: Callable[[], object],
    ) -> None:
        self._source = source
        self._prepare = prepare
        self._post = post
        self._fail = fail
        self._stopping = False
        self._thread = threading.Thread(
            target=self._listen, daemon=True, name=f"bmshil-source-{type(source).__name__}"
        )
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wait for it."""
        self._stopping = True
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _listen(self) -> None:
        self._prepare()
        while not self._stopping:
            try:
                arrived = self._source.wait(SOURCE_WAIT)
            except BaseException as error:  # noqa: BLE001 - raised in the waiting thread
                self._fail(error)
                return
            if arrived and not self._stopping:
                self._post(self._source.poll)
