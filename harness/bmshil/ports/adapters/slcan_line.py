"""The serial line to an slcan adapter: lines in, lines out, and no call that waits for an adapter to read.

Source of the lines: CAN232 manual, version 3 (Lawicel AB, 2010).
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import deque
from contextlib import suppress

import can
import serial

READ_TIMEOUT = 0.02
"""How long one look at the line may take, s."""

MOST_UNWRITTEN = 4096
"""Bytes that wait for a line that takes none: some 150 frames."""

DONE, BEL = "\r", "\a"
"""What a command is answered with, when it is right and when it is wrong."""

FRAME_LETTERS = frozenset("tTrR")
STAMP = 4
"""Digits of a time stamp, where the adapter was left with them switched on."""

_LINE = re.compile(r"([^\r\a]*)([\r\a])")
_FRAME = re.compile(r"(?:([tr])([0-7][0-9A-Fa-f]{2})|([TR])([01][0-9A-Fa-f]{7}))([0-8])([0-9A-Fa-f]*)")
_LONGEST = 160
"""Characters that no line has; more without an end is noise."""


class SlcanLine:
    """A serial line that is written and read in lines, from one reading and any writing thread.

    Args:
        path: the device, or any address that pyserial opens.
        baudrate: where there is a real line.
        rtscts: hardware handshake.

    Attributes:
        heard: when anything came last, s of the monotonic clock.
        unwritten_since: when the line began to take no more bytes; None while it takes all.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: str, baudrate: int, *, rtscts: bool = False) -> None:
        self.heard = time.monotonic()
        self.unwritten_since: float | None = None
        made = serial.serial_for_url if "://" in path else _Keeping
        self.port: serial.Serial = made(path, baudrate=baudrate, rtscts=rtscts, timeout=READ_TIMEOUT)
        self._descriptor: int | None = getattr(self.port, "fd", None)
        self._unwritten = bytearray()
        self._writing = threading.Lock()
        self._lines: deque[str] = deque()
        self._begun = ""

    def write(self, line: bytes) -> None:
        """Write what the line takes now and keep the rest for later; lines stay whole and in order.

        Raises:
            can.CanOperationError: the line is gone, or too much waits already.
        """
        with self._writing:
            unwritten = self._unwritten
            if len(unwritten) + len(line) > MOST_UNWRITTEN:
                raise can.CanOperationError("Write timeout: the adapter takes no more bytes")
            unwritten += line
            try:
                # pyserial's own writing spins while a line takes nothing and must not be waited for.
                if self._descriptor is None:
                    taken = self.port.write(unwritten) or 0
                else:
                    taken = os.write(self._descriptor, unwritten)
            except BlockingIOError:
                taken = 0
            except OSError as error:
                raise can.CanOperationError("Could not write to serial device") from error
            del unwritten[:taken]
            if not unwritten:
                self.unwritten_since = None
            elif taken or self.unwritten_since is None:
                self.unwritten_since = time.monotonic()

    def push(self) -> None:
        """Write what the line did not take before.

        Raises:
            can.CanOperationError: the line is gone.
        """
        if self._unwritten:
            self.write(b"")

    def next(self, timeout: float) -> str | None:
        """Take the next line without its end, or an end alone; None when nothing came in time.

        An empty string says that something came, but no whole line yet.

        Raises:
            can.CanOperationError: the line is gone.
            ValueError: what comes has no end.
        """
        lines = self._lines
        if lines:
            return lines.popleft()
        self.push()
        port = self.port
        try:
            chunk = port.read(1) if timeout > 0 or port.in_waiting else b""
            if chunk:
                chunk += port.read(port.in_waiting)
        except OSError as error:
            raise can.CanOperationError("Could not read from serial device") from error
        if not chunk:
            return None
        self.heard = time.monotonic()
        text = self._begun + chunk.decode("latin-1")
        begin = 0
        for match in _LINE.finditer(text):
            line, end = match.groups()
            begin = match.end()
            if line:
                lines.append(line)
            if not line or end == BEL:
                lines.append(end)
        self._begun = text[begin:]
        if len(self._begun) > _LONGEST:
            self._begun = ""
            raise ValueError(f"no slcan line: more than {_LONGEST} characters without an end")
        return lines.popleft() if lines else ""

    def close(self) -> None:
        """Close the line, also when the adapter is gone. May be called twice."""
        self._descriptor = None
        with suppress(OSError):
            self.port.close()


def frame_of(line: str) -> can.Message:
    """Read a frame; what is not exactly one is refused, where python-can takes half a frame for one.

    Raises:
        ValueError: it is no frame.
    """
    match = _FRAME.fullmatch(line)
    if match is None:
        raise ValueError(f"no slcan line: {line!r}")
    standard, short, extended, long, length, rest = match.groups()
    dlc = int(length)
    remote = (standard or extended) in "rR"
    digits = 0 if remote else 2 * dlc
    if len(rest) not in {digits, digits + STAMP}:
        raise ValueError(f"no slcan line: {line!r}")
    return can.Message(
        time.time(),
        int(short or long, 16),
        extended is not None,
        remote,
        dlc=dlc,
        data=bytearray.fromhex(rest[:digits]),
    )


class _Keeping(serial.Serial):
    """A serial line that keeps what it had received before it was opened, so that it can be counted."""

    def _reset_input_buffer(self) -> None:
        """Forget nothing; pyserial does when it opens."""
