"""python-can's slcan bus, without what makes it unfit for a long run.

python-can reads byte by byte and wakes up a thousand times a second, waits for the line to drain after each
frame (for ever, when the adapter has stalled), ignores BEL and status lines, and leaves the line open when
the adapter is gone. Its reading of frames and its bit rates are used as they are.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Any

import can
from can.interfaces.slcan import slcanBus

READ_TIMEOUT = 0.05
"""How long one look at the line may take, s."""

SYNC = 0.3
"""How long the answer to a question asked while opening may take, s."""

MOST_UNWRITTEN = 4096
"""Bytes that wait for a line that takes none: some 150 frames."""

DONE, BEL = "\r", "\a"
"""What a command is answered with, when it is right and when it is wrong."""

_FRAME_LETTERS = frozenset("tTrR")
_STATUS_LETTERS = frozenset("zZVvFN")
_LINE = re.compile(r"([^\r\a]*)([\r\a])")
_FRAME = re.compile(r"(?:([tr])([0-7][0-9A-Fa-f]{2})|([TR])([01][0-9A-Fa-f]{7}))([0-8])([0-9A-Fa-f]*)")
_STAMP = 4
"""Digits of a time stamp, where the adapter was left with them switched on."""

_LONGEST = 160
"""Characters that no line has; more without an end is noise."""


class SlcanBus(slcanBus):
    """A serial line to an slcan adapter, on which no call blocks for longer than its timeout.

    Args:
        channel: the serial device, or any address that pyserial opens.
        bitrate: bit/s, one of those of the protocol.
        listen_only: neither send nor acknowledge.
        options: further options of python-can's bus.

    Attributes:
        answers: whether the adapter answered when it was opened.
        drained: frames that came before the channel was opened.
        heard: when anything was heard last, s of the monotonic clock.
        asked: when a question was asked that has no answer yet; None without one.
        asked_last: when a question was asked last, s of the monotonic clock.
        refused: times the adapter has answered BEL to a frame.
        flags: the status flags that it told last; None before.
        unwritten_since: when the line began to take no more bytes; None while it takes all.

    Raises:
        can.CanError: the line cannot be opened.
        ValueError: the protocol has no such bit rate.
    """

    def __init__(self, channel: str, *, bitrate: int, listen_only: bool = False, **options: Any) -> None:  # noqa: ANN401 - python-can's own
        self.answers = False
        self.drained = 0
        self.heard = time.monotonic()
        self.asked: float | None = None
        self.asked_last = self.heard
        self.refused = 0
        self.flags: int | None = None
        self._has_status: bool | None = None
        self._status_asked = False
        self.unwritten_since: float | None = None
        self._rate = bitrate
        self._unwritten = bytearray()
        self._writing = threading.Lock()
        self._lines: deque[str] = deque()
        settings = {"sleep_after_open": 0, "timeout": READ_TIMEOUT, **options}
        try:
            super().__init__(channel, listen_only=listen_only, **settings)
        except BaseException:
            self._let_go()
            raise

    def open(self) -> None:
        """Close the channel, take away what was queued, set the bit rate and open the channel."""
        if self._rate not in self._BITRATES:
            rates = ", ".join(map(str, sorted(self._BITRATES)))
            raise ValueError(f"slcan has no bit rate {self._rate}: use one of {rates}")
        self._write("C")
        self._synchronise()
        self._write(self._BITRATES[self._rate])
        super().open()
        self.refused = 0

    def _synchronise(self) -> None:
        """Ask for the version and count the frames that come before the answer."""
        self._write("V")
        end = time.monotonic() + SYNC
        short = 0
        while time.monotonic() < end:
            line = self._next_line(end - time.monotonic())
            if not line:
                continue
            if line[0] in _FRAME_LETTERS:
                self.drained += 1
            else:
                short += 1
            # One answers closing, another a question that is not understood.
            self.answers = short == 2 or line[0] in _STATUS_LETTERS
            if self.answers:
                break
        self.asked = None

    def ask(self) -> None:
        """Ask the adapter for status and version; anything that comes then shows that it lives."""
        self.asked = self.asked_last = time.monotonic()
        if self._has_status is not False:
            self._status_asked = True
            self._write("F")
        self._write("V")

    def clear(self) -> None:
        """Close and open the channel: the adapter forgets what it was to send."""
        self._write("C")
        super().open()

    def push(self) -> None:
        """Write what the line did not take before.

        Raises:
            can.CanOperationError: the line is gone.
        """
        if self._unwritten:
            self._write_bytes(b"")

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - never waits
        """Write one frame; returns at once.

        Raises:
            can.CanOperationError: the line is gone, or has taken no byte for too long.
        """
        super().send(msg, self.serialPortOrig.write_timeout)

    def shutdown(self) -> None:
        """Close channel and line; the line also when the adapter is gone. May be called twice."""
        if self._is_shutdown:
            return
        can.BusABC.shutdown(self)
        with suppress(can.CanError):
            self._write("C")
        self._let_go()

    def _let_go(self) -> None:
        self._is_shutdown = True
        line = getattr(self, "serialPortOrig", None)
        if line is not None:
            with suppress(OSError):
                line.close()

    def _write(self, string: str) -> None:
        if string:
            self._write_bytes(string.encode() + self.LINE_TERMINATOR)

    def _write_bytes(self, line: bytes) -> None:
        """Write what the line takes now and keep the rest; whole lines in order, from any thread."""
        port = self.serialPortOrig
        descriptor = getattr(port, "fd", None)
        with self._writing:
            unwritten = self._unwritten
            if len(unwritten) + len(line) > MOST_UNWRITTEN:
                raise can.CanOperationError("Write timeout: the adapter takes no more bytes")
            unwritten += line
            try:
                # pyserial's own writing spins while a line takes nothing and must not be waited for.
                taken = port.write(unwritten) if descriptor is None else os.write(descriptor, unwritten)
            except BlockingIOError:
                taken = 0
            except (OSError, TypeError) as error:  # TypeError: closed meanwhile
                raise can.CanOperationError("Could not write to serial device") from error
            del unwritten[: taken or 0]
            if not unwritten:
                self.unwritten_since = None
            elif taken or self.unwritten_since is None:
                self.unwritten_since = time.monotonic()

    def _recv_internal(self, timeout: float | None) -> tuple[can.Message | None, bool]:
        """Give python-can the next frame; None when there was none in time."""
        end = time.monotonic() + (READ_TIMEOUT if timeout is None else timeout)
        while (line := self._next_line(end - time.monotonic())) is not None:
            if not line:
                continue
            if line[0] in _FRAME_LETTERS:
                return _frame(line), False
            if line == BEL:
                self._count_refusal()
            elif line[0] == "F":
                self._take_status(line)
            elif line != DONE and line[0] not in _STATUS_LETTERS:
                raise ValueError(f"no slcan line: {line!r}")
        return None, False

    def _count_refusal(self) -> None:
        if self._status_asked and not self._has_status:
            self._has_status = self._status_asked = False  # firmware without status flags
        else:
            self.refused += 1

    def _take_status(self, line: str) -> None:
        self.flags = int(line[1:], 16)
        self._has_status, self._status_asked = True, False

    def _next_line(self, timeout: float) -> str | None:
        """Take the next line without its end, or an end alone; None when there was none in time.

        An empty string says that something came, but no whole line yet.
        """
        lines = self._lines
        if lines:
            return lines.popleft()
        if self._unwritten:
            self.push()
        port = self.serialPortOrig
        try:
            chunk = port.read(1) if timeout > 0 or port.in_waiting else b""
            if chunk:
                chunk += port.read(port.in_waiting)
        except (OSError, TypeError) as error:  # TypeError: closed meanwhile
            raise can.CanOperationError("Could not read from serial device") from error
        if not chunk:
            return None
        self.heard = time.monotonic()
        self.asked = None
        text = (self._buffer + chunk).decode("latin-1")
        begin = 0
        for match in _LINE.finditer(text):
            line, end = match.groups()
            begin = match.end()
            if line:
                lines.append(line)
            if not line or end == BEL:
                lines.append(end)
        self._buffer = bytearray(text[begin:].encode("latin-1"))
        if len(self._buffer) > _LONGEST:
            self._buffer.clear()
            raise ValueError(f"no slcan line: more than {_LONGEST} characters without an end")
        return lines.popleft() if lines else ""


def _frame(line: str) -> can.Message:
    """Read a frame; what is not exactly one is refused, where python-can takes half a frame for one."""
    match = _FRAME.fullmatch(line)
    if match is None:
        raise ValueError(f"no slcan line: {line!r}")
    standard, short, extended, long, length, rest = match.groups()
    dlc = int(length)
    remote = "r" in (standard or extended).lower()
    digits = 0 if remote else 2 * dlc
    if len(rest) not in (digits, digits + _STAMP):
        raise ValueError(f"no slcan line: {line!r}")
    return can.Message(
        time.time(),
        int(short or long, 16),
        extended is not None,
        remote,
        dlc=dlc,
        data=bytearray.fromhex(rest[:digits]),
    )
