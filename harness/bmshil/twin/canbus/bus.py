"""The python-can interface ``twin``: a bus object on a medium of the twin.

``can.Bus(interface="twin", channel=NAME, ignore_config=True)`` opens it, as it would open any adapter.
The channel must have been made before with ``medium.create``.
"""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import can

from bmshil.errors import PortError, TimelineError
from bmshil.twin.canbus import medium as can_medium

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from can.typechecking import AutoDetectedConfig, CanFilters

    from bmshil.timeline import Nanoseconds

_FOREVER = 1e9  # s; a wait without a timeout on simulated time gives up here


class TwinBus(can.BusABC):
    """A CAN controller on a twin medium, with the manners of a real adapter.

    On simulated time only the thread that made the medium may send and receive, ``recv`` with a timeout
    lets time pass, and threads of python-can (Notifier, ``send_periodic``) are refused. On wall time
    any thread may send and receive.

    Attributes:
        on_frame: when set, frames are not queued for ``recv`` but handed over on the timeline, with the
            end of the frame in nanoseconds. The message is shared by all receivers and must not be
            modified. For devices that live inside the twin.

    Args:
        channel: name of the medium.
        can_filters: as python-can has it; other frames are dropped on arrival.
        receive_own_messages: get an echo of each own frame (``is_rx`` False) when it has been sent and
            acknowledged.
        listen_only: neither send nor acknowledge.
        bitrate: bit/s; None takes that of the medium.
        fd: refused when True.
        unknown: refused.

    Raises:
        can.CanInitializationError: there is no such channel, it has another bit rate, or an option is
            not supported.
    """

    def __init__(
        self,
        channel: str,
        can_filters: CanFilters | None = None,
        *,
        receive_own_messages: bool = False,
        listen_only: bool = False,
        bitrate: int | None = None,
        fd: bool = False,
        **unknown: object,
    ) -> None:
        try:
            medium = can_medium.medium(channel)
        except PortError as error:
            raise can.CanInitializationError(str(error)) from error
        if bitrate is not None and bitrate != medium.bitrate:
            raise can.CanInitializationError(
                f"twin channel {channel!r} runs at {medium.bitrate} bit/s, not at {bitrate}: "
                f"open it with bitrate={medium.bitrate}"
            )
        if fd or unknown:
            refused = ", ".join(sorted([*unknown, *(["fd"] if fd else [])]))
            raise can.CanInitializationError(
                f"twin channel {channel!r} has no option {refused}: leave it out (classic CAN only)"
            )
        self.on_frame: Callable[[Nanoseconds, can.Message], object] | None = None
        self.channel_info = f"twin {channel}"
        self._channel = channel
        self._medium = medium
        self._timeline = medium.timeline
        self._simulated = medium.timeline.simulated
        self._echo = receive_own_messages
        self._received: SimpleQueue[can.Message | None] = SimpleQueue()  # None: shut down
        self._station = can_medium.Station(
            self.channel_info, self._deliver, self._confirm, listen_only=listen_only
        )
        if self._simulated and threading.get_ident() != medium.owner:
            raise can.CanInitializationError(
                f"{self.channel_info} is on simulated time: only its owner thread may open it"
            )
        super().__init__(channel, can_filters)
        try:
            self._timeline.call(lambda: medium.attach(self._station))
        except TimelineError as error:
            self._is_shutdown = True
            raise can.CanInitializationError(f"{self.channel_info} cannot be joined: {error}") from error

    @property
    def state(self) -> can.BusState:
        """ACTIVE on the bus, PASSIVE when it only listens, ERROR once shut down."""
        if self._is_shutdown:
            return can.BusState.ERROR
        return can.BusState.PASSIVE if self._station.listen_only else can.BusState.ACTIVE

    @state.setter
    def state(self, new_state: can.BusState) -> None:
        raise can.CanOperationError(
            f"{self.channel_info} cannot be set to {new_state.name}: its state follows from how it was "
            f"opened (listen_only) and from shutdown"
        )

    @property
    def medium(self) -> can_medium.Medium:
        """The segment that the bus is on."""
        return self._medium

    @property
    def pending(self) -> int:
        """Frames of this bus that wait to be sent or are on the wire."""
        return len(self._station.queue)

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - python-can's signature
        """Queue a frame; returns at once, as adapters with a transmit buffer do.

        Args:
            msg: a classic data or remote frame; copied.
            timeout: ignored, the transmit buffer is never full.

        Raises:
            can.CanOperationError: the bus is shut down or only listens, the frame cannot stand on a
                classic bus, or another thread sends on simulated time.
        """
        if self._is_shutdown or self._station.listen_only:
            why = "it is shut down" if self._is_shutdown else "it was opened with listen_only"
            raise can.CanOperationError(f"{self.channel_info} cannot send: {why}")
        frame = _snapshot(msg, self._channel)
        if self._simulated:
            if threading.get_ident() != self._medium.owner:
                raise self._wrong_thread("send")
            self._medium.submit(self._station, frame)
        else:
            self._timeline.post(lambda: self._submit(frame))

    def recv(self, timeout: float | None = None) -> can.Message | None:
        """Take the oldest received frame, waiting for one at most ``timeout`` seconds of the timeline.

        Args:
            timeout: 0 looks and returns; None waits for ever. On simulated time waiting lets time pass.

        Returns:
            A message of its own, with the end of the frame in timeline seconds as timestamp; None when
            nothing came.

        Raises:
            can.CanOperationError: the bus is shut down, or on simulated time: another thread receives,
                or it would have to wait inside an event.
        """
        simulated = self._simulated
        if simulated and threading.get_ident() != self._medium.owner:
            raise self._wrong_thread("receive")
        received = self._received
        wait = timeout is None or timeout > 0
        if received.empty():
            if not wait:
                return None
            if simulated:
                self._let_time_pass(timeout)
                wait = False
        try:
            message = received.get(timeout=timeout) if wait else received.get_nowait()
        except Empty:
            return None
        if message is None:
            received.put(None)  # for others that wait
            raise can.CanOperationError(f"{self.channel_info} cannot receive: it is shut down")
        # An echo is a copy already, all others share one message.
        return _copy(message) if message.is_rx else message

    def flush_tx_buffer(self) -> None:
        """Drop the frames that are not yet on the wire."""
        self.flush()

    def flush(self) -> list[can.Message]:
        """Drop the frames that are not yet on the wire, and return them."""
        return self._timeline.call(lambda: self._medium.flush(self._station))

    def shutdown(self) -> None:
        """Leave the medium; a frame on the wire is completed, others are dropped."""
        if self._is_shutdown:
            return
        super().shutdown()
        try:
            self._timeline.call(lambda: self._medium.detach(self._station))
        except TimelineError:  # the timeline is closed: nobody else touches the medium any more
            self._medium.detach(self._station)
        self._received.put(None)

    def _submit(self, frame: can.Message) -> None:
        if self._station.attached:  # another thread may have shut it down since
            self._medium.submit(self._station, frame)

    def _deliver(self, when: Nanoseconds, message: can.Message) -> None:
        """Take in a frame from the medium."""
        if self._filters is not None and not self._matches_filters(message):
            return
        if self.on_frame is None:
            self._received.put(message)
        else:
            self.on_frame(when, message)

    def _confirm(self, when: Nanoseconds, message: can.Message) -> None:
        """Take in the confirmation of an own frame."""
        if self._echo:
            echo = _copy(message)
            echo.is_rx = False
            self._deliver(when, echo)

    def _let_time_pass(self, timeout: float | None) -> None:
        """Advance simulated time until a frame is there."""
        received = self._received
        try:
            arrived = self._timeline.until(
                lambda: not received.empty(), _FOREVER if timeout is None else timeout
            )
        except TimelineError as error:
            raise can.CanOperationError(f"{self.channel_info}: recv cannot wait: {error}") from error
        if timeout is None and not arrived:
            raise can.CanOperationError(f"{self.channel_info}: nothing is left that could ever be received")

    def _wrong_thread(self, what: str) -> can.CanOperationError:
        return can.CanOperationError(
            f"{self.channel_info} is on simulated time, where only the owner thread may {what}: "
            f"no Notifier, no thread of your own; use wall time for threads"
        )

    def _send_periodic_internal(
        self,
        msgs: Sequence[can.Message] | can.Message,
        period: float,
        duration: float | None = None,
        autostart: bool = True,
        modifier_callback: Callable[[can.Message], None] | None = None,
    ) -> can.CyclicSendTaskABC:
        """Refuse on simulated time: the thread behind it would send by the wall clock."""
        if self._simulated:
            raise can.CanOperationError(
                f"{self.channel_info} is on simulated time, where send_periodic cannot work because it "
                f"counts wall time in a thread: use timeline.every"
            )
        return super()._send_periodic_internal(msgs, period, duration, autostart, modifier_callback)

    @staticmethod
    def _detect_available_configs() -> list[AutoDetectedConfig]:
        """List the channels that exist in this process."""
        return [{"interface": "twin", "channel": name} for name in can_medium.names()]


def _snapshot(message: can.Message, channel: str) -> can.Message:
    """Copy what is sent, checked, so that the caller may use its message again."""
    identifier = message.arbitration_id
    extended = message.is_extended_id
    length = message.dlc
    remote = message.is_remote_frame
    if (
        message.is_fd
        or message.is_error_frame
        or not 0 <= identifier <= (0x1FFFFFFF if extended else 0x7FF)
        or not 0 <= length <= 8
        or len(message.data) != (0 if remote else length)
    ):
        raise can.CanOperationError(
            f"a classic CAN bus cannot carry {message}: FD and error frames, identifiers beyond "
            f"{'29' if extended else '11'} bits, more than 8 bytes or a length unlike the data"
        )
    return can.Message(0.0, identifier, extended, remote, False, channel, length, bytearray(message.data))


def _copy(message: can.Message) -> can.Message:
    """Give a receiver a message of its own."""
    return can.Message(
        message.timestamp,
        message.arbitration_id,
        message.is_extended_id,
        message.is_remote_frame,
        False,
        message.channel,
        message.dlc,
        message.data[:],
        False,
        message.is_rx,
    )
