"""One hand per device: its steps one after another, and no device waiting for another one.

On simulated time every step is done where it is asked for, so that nothing depends on threads. Anywhere else
each hand is a thread of its own: a device that hangs keeps its own hand busy and nobody else's.
"""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from bmshil.errors import InstrumentError
from bmshil.safety.report import OffStep, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LOOK = 0.02
"""How often somebody who waits looks whether the device hangs, s."""


class Ticket:
    """One step that was given to a hand.

    Args:
        hand: whose it is.
        action: what is to happen.
    """

    def __init__(self, hand: Hand, action: str) -> None:
        self._hand = hand
        self._action = action
        self._done = threading.Event()
        self._step: OffStep | None = None

    def finish(self, outcome: Outcome, detail: str) -> None:
        """Say how it ended."""
        self._step = OffStep(self._hand.device, self._action, outcome, detail, time.monotonic())
        self._done.set()

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._done.is_set()

    def wait(self, timeout: float) -> None:
        """Wait until it has ended or its device is given up, at most ``timeout`` s."""
        end = time.monotonic() + timeout
        while not self._hand.hanging and (left := end - time.monotonic()) > 0:
            if self._done.wait(min(left, LOOK)):
                return

    def settle(self) -> OffStep:
        """Wait until it has ended, or its device has hung for so long that nothing is expected of it."""
        while self._step is None:
            hanging = self._hand.hanging
            if hanging:
                return OffStep(self._hand.device, self._action, Outcome.FAILED, hanging, time.monotonic())
            self._done.wait(LOOK)
        return self._step


class Hand:
    """Does the steps of one device.

    Args:
        device: what people call it.
        apart: on a thread of its own; otherwise at once, on the calling one.
        deadline: longest time of one step, s; a device that takes longer is given up.
    """

    def __init__(self, device: str, *, apart: bool, deadline: float) -> None:
        self.device = device
        self._deadline = deadline
        self._failed = False
        self._since: float | None = None
        self._given_up = False
        self._queue: SimpleQueue[Callable[[], None] | None] | None = None
        if apart:
            self._queue = SimpleQueue()
            # A daemon: where a device never comes back, neither shall it keep the process.
            threading.Thread(target=self._serve, name=f"bmshil-off-{device}", daemon=True).start()

    @property
    def hanging(self) -> str:
        """Why nothing is expected of it any more; empty while something is."""
        since = self._since
        if since is not None and time.monotonic() - since > self._deadline:
            self._given_up = True
        return f"hangs: no end within {self._deadline:g} s" if self._given_up else ""

    def do(self, action: str, work: Callable[[], str | None], outcome: Outcome = Outcome.VERIFIED) -> Ticket:
        """Do one step, twice if needed; a device that failed twice before gets one try.

        Args:
            action: what it is, for people.
            work: the step; returns what is worth telling.
            outcome: how it ends when nothing is raised.
        """
        ticket = Ticket(self, action)

        def step() -> None:
            cause = ""
            for _ in range(1 if self._failed else 2):
                try:
                    detail = work()
                except Exception as error:  # noqa: BLE001 - whatever it is, the other steps come next
                    cause = str(error) or type(error).__name__
                else:
                    ticket.finish(outcome, detail or "")
                    return
            self._failed = True
            ticket.finish(Outcome.FAILED, cause)

        self._give(step)
        return ticket

    def ask(self, question: Callable[[], T], timeout: float) -> T:
        """Ask the device something after its steps so far, and wait for the answer.

        Raises:
            InstrumentError: no answer within ``timeout`` s.
            Exception: whatever the question raises.
        """
        answers: list[T] = []
        errors: list[Exception] = []
        done = threading.Event()

        def step() -> None:
            try:
                answers.append(question())
            except Exception as error:  # noqa: BLE001 - raised where it was asked
                errors.append(error)
            finally:
                done.set()

        self._give(step)
        if not done.wait(timeout):
            raise InstrumentError(f"{self.device}: no answer within {timeout:g} s")
        if errors:
            raise errors[0]
        return answers[0]

    def rest(self) -> None:
        """Nothing more is to be done."""
        if self._queue is not None:
            self._queue.put(None)

    def _give(self, step: Callable[[], None]) -> None:
        if self._queue is None:
            step()
        else:
            self._queue.put(step)

    def _serve(self) -> None:
        queue = self._queue
        while queue is not None and (step := queue.get()) is not None and not self._given_up:
            self._since = time.monotonic()
            step()
            self._since = None
