"""The harness's side of its guard."""

from __future__ import annotations

import select
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

import msgspec

from bmshil.errors import RigError
from bmshil.safety.guard.messages import (
    Beat,
    Done,
    Energise,
    FromGuard,
    Permitted,
    Release,
    Trouble,
    receive,
    send,
)
from bmshil.safety.guard.starting import start_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.safety.guard.spec import GuardSpec
    from bmshil.safety.report import OffReport

ANSWER = 5.0
"""How long the guard may take to tell that the permit relay holds, s."""

LAST = 10.0
"""How long the guard may take to end after it was released, s."""

TAKEN_OVER = 60.0
"""How long the harness waits for the first round of an off order that it has handed over, s."""

BEATS = 4.0
"""How often the lease is renewed within its own time."""

_left: list[subprocess.Popen[bytes]] = []
"""Guards that still work when the harness has gone on: nobody waits for them, so nobody may forget them."""


class Guard:
    """A guard process that runs, as the harness sees it.

    What a hang means, by thread: beats come from the timeline, so a timeline that hangs loses its lease. The
    test's own thread and the workers of instruments may block for a bounded time without any effect on it;
    whoever beats has to look after them (see ``bench.assembly.guarding``). A thread of this object listens to
    the guard and tells when it is gone.

    Args:
        process: the guard.
        line: the harness's end of the line.
        spec: what it was told.
        on_loss: is told why, on a thread of its own, when the guard has ended by itself or is in trouble:
            then everything has to be switched off at once.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        line: socket.socket,
        spec: GuardSpec,
        on_loss: Callable[[str], object],
    ) -> None:
        self.spec = spec
        self._process = process
        self._line = line
        self._on_loss = on_loss
        self._changed = threading.Condition()
        self._permitted: Permitted | None = None
        self._done: Done | None = None
        self._heard = time.monotonic()
        self._gone = False
        self._released = False
        self._listener = threading.Thread(target=self._listen, name="bmshil-guard", daemon=True)
        self._listener.start()

    @classmethod
    def start(cls, spec: GuardSpec, keep: int, *, on_loss: Callable[[str], object]) -> Self:
        """Start a guard and wait until it is ready.

        Args:
            spec: the rig.
            keep: descriptor of the rig's lock, which the guard holds too from now on.
            on_loss: see the class.

        Raises:
            RigError: it does not start, or cannot look after this rig.
        """
        return cls(*start_process(spec, keep), spec, on_loss)

    @property
    def alive(self) -> bool:
        """Whether it watches."""
        return not self._gone and not self._released

    @property
    def silence(self) -> float:
        """Time since it has answered, s; it answers every beat."""
        return time.monotonic() - self._heard

    def beat(self, valid_for: float) -> None:
        """Say that the harness lives; without another beat the guard steps in after ``valid_for`` s.

        Raises:
            RigError: the guard is gone or does not listen: everything has to go off.
        """
        self._send(Beat(time.monotonic() + valid_for))

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Beat from a thread of its own while a bounded call runs: the timeline may be what has failed.

        A process that is stopped meanwhile is silent all the same, and one that hangs in the call is so when
        the time is over. A guard that is gone does not prevent the call.

        Args:
            seconds: longest time of the call.
        """
        over = threading.Event()
        end = time.monotonic() + seconds

        def beat() -> None:
            with suppress(RigError):
                while time.monotonic() < end:
                    self.beat(self.spec.lease)
                    if over.wait(self.spec.lease / BEATS):
                        return

        beats = threading.Thread(target=beat, name="bmshil-patience", daemon=True)
        beats.start()
        try:
            yield
        finally:
            over.set()
            beats.join()

    def energised(self, on: bool) -> None:
        """Say that outputs are about to go on, and wait for the permit relay; or that they are off.

        Raises:
            RigError: the guard is gone, or the permit relay does not hold.
        """
        self._permitted = None
        self._send(Energise(on))
        with self._changed:
            self._changed.wait_for(lambda: self._permitted is not None or self._gone, ANSWER)
            answer = self._permitted
        if answer is None:
            raise RigError(f"rig {self.spec.mark.rig}: its guard does not answer; nothing is switched on")
        if answer.on is not on:
            raise RigError(f"rig {self.spec.mark.rig}: the permit relay does not hold: {answer.cause}")

    def release(self, report: OffReport | None) -> bool:
        """End the watch. What is not verified off, or unknown, the guard takes over.

        To be called once, with all instruments disconnected when there is something to take over.

        Args:
            report: the last off report; None when nobody knows.

        Returns:
            Whether everything is verified off.
        """
        if self._released:
            return True
        clean = report is not None and report.clean
        self._released = True
        if not self._tell_release(clean):
            # It would take the silence that follows for a death, and kill a process that lives.
            self._process.kill()
            self._end()
            return clean
        if clean:
            self._end()
            return True
        with self._changed:
            self._changed.wait_for(lambda: self._done is not None or self._gone, TAKEN_OVER)
            verified = self._done is not None and self._done.clean
        if verified:
            self._end()
        else:
            _left.append(self._process)
            self._hang_up()
        return verified

    def _tell_release(self, clean: bool) -> bool:
        """Send the last message, once there is room for it; say whether it could be sent."""
        end = time.monotonic() + ANSWER
        while not self._gone:
            try:
                send(self._line, Release(clean))
            except BlockingIOError:
                room = select.poll()
                room.register(self._line, select.POLLOUT)
                if time.monotonic() > end or not room.poll(1000 * ANSWER):
                    return False
            except OSError:
                return False
            else:
                return True
        return False

    def _end(self) -> None:
        """Let go of a guard that has nothing left to do; one that does not end is of no use."""
        self._hang_up()
        try:
            self._process.wait(LAST)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # which ends the listener's wait; closing would not
        self._listener.join()
        self._line.close()

    def _send(self, message: msgspec.Struct) -> None:
        rig = self.spec.mark.rig
        if self._gone:
            raise RigError(f"rig {rig}: its guard process has ended by itself; switched off")
        try:
            send(self._line, message)
        except BlockingIOError as error:
            raise RigError(f"rig {rig}: its guard does not listen; switched off") from error
        except OSError as error:
            raise RigError(f"rig {rig}: its guard process has ended by itself; switched off") from error

    def _listen(self) -> None:
        while True:
            try:
                message = receive(self._line, FromGuard)  # type: ignore[arg-type]  # a union is a type form
            except (OSError, msgspec.MsgspecError):
                message = None
            with self._changed:
                self._heard = time.monotonic()
                match message:
                    case None:
                        self._gone = True
                    case Permitted():
                        self._permitted = message
                    case Done():
                        self._done = message
                    case _:
                        pass
                self._changed.notify_all()
            if isinstance(message, Trouble):
                self._on_loss(f"rig {self.spec.mark.rig}: its guard reports trouble: {message.cause}")
            if message is None:
                if not self._released:
                    self._on_loss(
                        f"rig {self.spec.mark.rig}: its guard process has ended by itself; switched off"
                    )
                return
