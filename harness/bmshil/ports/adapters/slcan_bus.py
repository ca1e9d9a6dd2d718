"""An slcan bus that lasts a long run, where python-can's own does not.

python-can reads byte by byte and wakes up a thousand times a second, waits for the line to drain after each
frame (for ever, when the adapter has stalled), ignores BEL and status lines, takes half a frame for a frame,
and leaves the line open when the adapter is gone. Its writing of frames and its bit rates are used.
"""

from __future__ import annotations

import time
from contextlib import suppress

import can
from can.interfaces.slcan import slcanBus

from bmshil.ports.adapters.slcan_line import BEL, DONE, FRAME_LETTERS, READ_TIMEOUT, SlcanLine, frame_of

QUIET = 0.02
"""An adapter whose channel is closed has said all it had to say after so long without a byte, s."""

TRIED = 0.03
"""A frame that nobody acknowledges has made its controller error-passive after so long, s: 16 attempts."""

ANSWER = 0.3
"""How long an answer may take while the channel is opened, s."""

_STATUS_LETTERS = frozenset(DONE + "zZVvFN")


class SlcanBus(slcanBus):
    """An adapter on a serial line; no call blocks for longer than its timeout.

    Args:
        channel: the serial device, or any address that pyserial opens.
        bitrate: bit/s, one of those of the protocol.
        listen_only: neither send nor acknowledge.
        tty_baudrate: of the line, where there is a real one; an ``@115200`` after the channel wins.
        rtscts: hardware handshake of the line.
        sleep_after_open: for adapters that restart when their line is opened, s.

    Attributes:
        answers: whether the adapter answered when it was opened.
        drained: frames that came before the channel was opened.
        asked: when a question was asked that has no answer yet; None without one.
        asked_last: when a question was asked last, s of the monotonic clock.
        refused: times the adapter has answered BEL to a frame.
        flags: the status flags that it told last; None before. Who reads them may set them to None.
        tried: whether a frame had been tried on the bus when these flags were asked for.

    Raises:
        can.CanInitializationError: the line cannot be opened.
        ValueError: the protocol has no such bit rate.
    """

    def __init__(
        self,
        channel: str,
        *,
        bitrate: int,
        listen_only: bool = False,
        tty_baudrate: int = 115_200,
        rtscts: bool = False,
        sleep_after_open: float = 0.0,
    ) -> None:
        self._is_shutdown = True
        if bitrate not in self._BITRATES:
            rates = ", ".join(map(str, sorted(self._BITRATES)))
            raise ValueError(f"slcan has no bit rate {bitrate}: use one of {rates}")
        self.answers = False
        self.drained = 0
        self.asked: float | None = None
        self.asked_last = time.monotonic()
        self.refused = 0
        self.flags: int | None = None
        self.tried = False
        # When the adapter got its first frame after it was emptied, and what that was at the last question.
        self._begun: float | None = None
        self._begun_when_asked: float | None = None
        self._has_status: bool | None = None
        self._status_asked = False
        self._frames = 0
        self._bitrate = bitrate
        self._listen_only = listen_only
        self._can_protocol = can.CanProtocol.CAN_20
        path, _, speed = channel.partition("@")
        try:
            self._line = SlcanLine(path, int(speed or tty_baudrate), rtscts=rtscts)
        except (OSError, ValueError) as error:
            raise can.CanInitializationError(str(error)) from error
        self.serialPortOrig = self._line.port
        try:
            time.sleep(sleep_after_open)
            self.open()
        except Exception as error:
            self._line.close()
            raise can.CanInitializationError(str(error)) from error
        can.BusABC.__init__(self, channel)
        self._is_shutdown = False

    @property
    def unwritten_since(self) -> float | None:
        """When the line began to take no more bytes; None while it takes all."""
        return self._line.unwritten_since

    def open(self) -> None:
        """Close the channel, take away what was queued, set the bit rate and open the channel."""
        self._write("C")
        self._drain()
        self._write("V")
        self.answers = self._wait_for_answer()
        self._drain()
        self._write(self._BITRATES[self._bitrate])
        super().open()

    def _drain(self) -> None:
        """Count the frames that come until the adapter has said all it had to say."""
        end = time.monotonic() + ANSWER
        while (now := time.monotonic()) < end and now - self._line.heard < QUIET:
            line = self._line.next(QUIET)
            if line and line[0] in FRAME_LETTERS:
                self.drained += 1

    def _wait_for_answer(self) -> bool:
        end = time.monotonic() + ANSWER
        while (now := time.monotonic()) < end:
            if self._line.next(end - now):
                return True
        return False

    def ask(self) -> None:
        """Ask the adapter for status and version; anything that comes then shows that it lives."""
        self.asked = self.asked_last = time.monotonic()
        if self._has_status is not False:
            self._status_asked = True
            self._begun_when_asked = self._begun
            self._write("F")
        self._write("V")

    def push(self) -> None:
        """Write what the line did not take before.

        Raises:
            can.CanOperationError: the line is gone.
        """
        self._line.push()

    def clear(self) -> None:
        """Close and open the channel: the adapter forgets what it was to send, and its errors."""
        self._begun = None
        self._write("C")
        super().open()

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - never waits
        """Write one frame; returns at once.

        Raises:
            can.CanOperationError: the line is gone, or has taken no byte for too long.
        """
        self._frames += 1
        super().send(msg, self.serialPortOrig.write_timeout)
        if self._begun is None:
            self._begun = time.monotonic()

    def shutdown(self) -> None:
        """Close channel and line; the line also when the adapter is gone. May be called twice."""
        if self._is_shutdown:
            return
        can.BusABC.shutdown(self)
        with suppress(can.CanError):
            self._write("C")
        self._line.close()

    def _write(self, string: str) -> None:
        self._line.write(string.encode() + self.LINE_TERMINATOR)

    def _recv_internal(self, timeout: float | None) -> tuple[can.Message | None, bool]:
        """Give python-can the next frame; None when there was none in time."""
        end = time.monotonic() + (READ_TIMEOUT if timeout is None else timeout)
        while (line := self._line.next(end - time.monotonic())) is not None:
            self.asked = None
            if not line:
                continue
            if line[0] in FRAME_LETTERS:
                return frame_of(line), False
            if line == BEL:
                self._take_refusal()
            elif line[0] == "F":
                self._take_status(line)
            elif line[0] not in _STATUS_LETTERS:
                raise ValueError(f"no slcan line: {line!r}")
        return None, False

    def _take_refusal(self) -> None:
        if self._status_asked and not self._has_status:
            self._has_status = self._status_asked = False  # firmware without status flags
        elif self._frames:
            self.refused += 1

    def _take_status(self, line: str) -> None:
        self.flags = int(line[1:], 16)
        self._has_status, self._status_asked = True, False
        begun = self._begun_when_asked
        # Emptied after the question, it may have answered with the flags of a fresh start.
        self.tried = begun is not None and begun == self._begun and self.asked_last - begun >= TRIED
