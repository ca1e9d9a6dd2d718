"""The python-can interface ``twin``: a bus object on a medium of the twin.

``can.Bus(interface="twin", channel=NAME, ignore_config=True)`` opens it, as it would open any adapter.
The channel must have been made before with ``medium.create``.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import can

from bmshil.errors import TimelineError
from bmshil.timeline import to_seconds
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.confinement import BusError, State
from bmshil.twin.canbus.error_message import error_message
from bmshil.twin.canbus.joining import find_medium
from bmshil.twin.canbus.mailbox import Mailbox
from bmshil.twin.canbus.messages import copy_of, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from can.typechecking import AutoDetectedConfig, CanFilters

    from bmshil.timeline import Nanoseconds
    from bmshil.twin.canbus.plug import Plug


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
        listen_only: send nothing: no frames, no acknowledgements, no error flags.
        bitrate: bit/s; None takes that of the medium. At another one frames become errors, here and for the
            others.
        one_shot: try a frame once; after an error it is dropped.
        error_frames: get errors and changes of state as error frames, in SocketCAN's layout.
        auto_restart: return from bus-off without ``restart``.
        plug: what goes wrong between it and the computer; None for nothing.
        fd: refused when True.
        unknown: refused.

    Raises:
        can.CanInitializationError: there is no such channel, or an option is not supported.
    """

    def __init__(
        self,
        channel: str,
        can_filters: CanFilters | None = None,
        *,
        receive_own_messages: bool = False,
        listen_only: bool = False,
        bitrate: int | None = None,
        one_shot: bool = False,
        error_frames: bool = True,
        auto_restart: bool = False,
        plug: Plug | None = None,
        fd: bool = False,
        **unknown: object,
    ) -> None:
        if plug is not None:
            plug.require(can.CanInitializationError, f"twin {channel}")
        self._plug = plug
        medium = find_medium(channel, bitrate, [*unknown, *(["fd"] if fd else [])])
        self.on_frame: Callable[[Nanoseconds, can.Message], object] | None = None
        self.channel_info = f"twin {channel}"
        self._channel = channel
        self._medium = medium
        self._timeline = medium.timeline
        self._simulated = medium.timeline.simulated
        self._echo = receive_own_messages
        self._mailbox = Mailbox(self._timeline, self.channel_info)
        self._station = can_medium.Station(
            self.channel_info,
            self._deliver,
            self._confirm,
            listen_only=listen_only,
            bitrate=bitrate,
            one_shot=one_shot,
            recovers=auto_restart,
            on_error=self._report if error_frames else None,
        )
        self._told = State.ERROR_ACTIVE
        super().__init__(channel, can_filters)
        try:
            self._timeline.call(lambda: medium.attach(self._station))
        except TimelineError as error:
            self._is_shutdown = True
            raise can.CanInitializationError(f"{self.channel_info} cannot be joined: {error}") from error

    @property
    def state(self) -> can.BusState:
        """ACTIVE; PASSIVE when error-passive or opened to listen only; ERROR when bus-off or shut down."""
        if self._is_shutdown or self._station.off:
            return can.BusState.ERROR
        return can.BusState.PASSIVE if self._station.passive else can.BusState.ACTIVE

    @state.setter
    def state(self, new_state: can.BusState) -> None:
        raise can.CanOperationError(
            f"{self.channel_info} cannot be set to {new_state.name}: its state follows from how it was "
            f"opened (listen_only) and from its error counters"
        )

    @property
    def medium(self) -> can_medium.Medium:
        """The segment that the bus is on."""
        return self._medium

    @property
    def pending(self) -> int:
        """Frames of this bus that wait to be sent or are on the wire."""
        return len(self._station.queue)

    @property
    def counters(self) -> tuple[int, int]:
        """The error counters for transmission and reception, 0 to 255; 255 also stands for bus-off."""
        return min(self._station.tec, 255), self._station.rec

    @property
    def connected(self) -> bool:
        """Whether it is on the segment; set to False it is as if unpowered, set to True it starts anew.

        While it is off, frames to be sent are dropped. On wall time the change has happened on return.
        """
        return self._station.attached

    @connected.setter
    def connected(self, connected: bool) -> None:
        if self._is_shutdown:
            raise can.CanOperationError(f"{self.channel_info} cannot be connected: it is shut down")
        self._timeline.call(lambda: self._connect(connected))

    def restart(self) -> None:
        """Begin to return from bus-off: 128 times eleven recessive bits later it can send again."""
        self._timeline.call(lambda: self._medium.recover(self._station))

    def send(self, msg: can.Message, timeout: float | None = None) -> None:  # noqa: ARG002 - python-can's signature
        """Queue a frame; returns at once, as adapters with a transmit buffer do.

        Args:
            msg: a classic data or remote frame; copied.
            timeout: ignored, the transmit buffer is never full.

        Raises:
            can.CanOperationError: the bus is shut down, only listens or is bus-off, the frame cannot stand
                on a classic bus, or another thread sends on simulated time.
        """
        station = self._station
        if self._is_shutdown or station.listen_only or station.tec > 255:
            raise can.CanOperationError(f"{self.channel_info} cannot send: {self._why_not()}")
        frame = snapshot(msg, self._channel)
        if self._plug is not None:
            self._plug.require(can.CanOperationError, self.channel_info)
            if self._plug.loses():
                return
        if self._simulated:
            if threading.get_ident() != self._medium.owner:
                raise self._wrong_thread("send")
            self._submit(frame)
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
        plug = self._plug
        if plug is not None:
            plug.require(can.CanOperationError, self.channel_info)
        if self._simulated and threading.get_ident() != self._medium.owner:
            raise self._wrong_thread("receive")
        message = self._mailbox.take(timeout)
        if message is None:
            return None
        # An echo is a copy already, all others share one message.
        own = copy_of(message) if message.is_rx else message
        if plug is not None:
            own.timestamp += plug.offset
        return own

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
        self._mailbox.close()

    def _submit(self, frame: can.Message) -> None:
        station = self._station
        if station.attached and station.tec < 256:  # may have changed since, and is False when disconnected
            self._medium.submit(station, frame)

    def _connect(self, connected: bool) -> None:
        if connected:
            self._medium.attach(self._station)
            self._told = self._station.state
        else:
            self._medium.detach(self._station)

    def _why_not(self) -> str:
        if self._is_shutdown:
            return "it is shut down"
        if self._station.listen_only:
            return "it was opened with listen_only"
        return "its controller is bus-off: restart() it, or open it again"

    def _report(self, when: Nanoseconds, error: BusError) -> None:
        """Take in an error from the medium."""
        message = error_message(to_seconds(when), error, self._told, self._channel)
        self._told = error.state
        self._hand_over(when, message)

    def _deliver(self, when: Nanoseconds, message: can.Message) -> None:
        """Take in a frame from the medium."""
        if self._filters is not None and not self._matches_filters(message):
            return
        self._hand_over(when, message)

    def _hand_over(self, when: Nanoseconds, message: can.Message) -> None:
        if self.on_frame is None:
            self._mailbox.put(message)
        else:
            self.on_frame(when, message)

    def _confirm(self, when: Nanoseconds, message: can.Message) -> None:
        """Take in the confirmation of an own frame."""
        if self._echo:
            echo = copy_of(message)
            echo.is_rx = False
            self._deliver(when, echo)

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
