"""An slcan adapter from one plugging in to the next unplugging: firmware between terminal and bus."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.errors import TimelineError
from bmshil.twin.adapters.pseudo_terminal import PseudoTerminal
from bmshil.twin.adapters.slcan_frames import encode
from bmshil.twin.adapters.slcan_protocol import ERROR, SlcanProtocol, Status
from bmshil.twin.canbus.bits import frame_bits
from bmshil.twin.canbus.confinement import State
from bmshil.twin.canbus.station import Station

if TYPE_CHECKING:
    from pathlib import Path

    from can import Message

    from bmshil.timeline import Nanoseconds, Timeline
    from bmshil.twin.adapters.counters import Counters
    from bmshil.twin.adapters.faults import Faults
    from bmshil.twin.canbus.confinement import BusError
    from bmshil.twin.canbus.medium import Medium

_TO_HOST = 65536  # bytes kept for a host that does not read: what Linux keeps for a real USB serial device
_STAMPS = 60_000  # ms: the time stamps go up to 0xEA5F


class SlcanDevice:
    """The firmware: it lives on the timeline, the terminal's thread only hands over what the host wrote.

    Args:
        medium: the segment that an open channel is on.
        timeline: that of the medium, on wall time.
        link: name of the device.
        depth: frames that the transmit queue holds.
        faults: asked about every line to the host.
        counters: to count in.
    """

    def __init__(
        self,
        medium: Medium,
        timeline: Timeline,
        link: Path,
        *,
        depth: int,
        faults: Faults,
        counters: Counters,
    ) -> None:
        self._medium = medium
        self._timeline = timeline
        self._name = f"slcan {link.name}"
        self._depth = depth
        self._faults = faults
        self._counters = counters
        self._station: Station | None = None
        self._latched = Status(0)
        self._gone = False
        self._plugged_at = timeline.now
        self._protocol = SlcanProtocol(self)
        self.terminal = PseudoTerminal(link, self._arrived, capacity=_TO_HOST)
        self.terminal.start()

    @property
    def is_open(self) -> bool:
        """Whether the host has opened the channel."""
        return self._protocol.is_open

    def unplug(self) -> None:
        """Vanish from the bus and from the host.

        In this order: an event that still answered the host would write into files that are closed, or belong
        to somebody else by then.
        """
        try:
            self._timeline.call(self._leave)
        except TimelineError:  # it is closed: nobody else touches the medium any more
            self._leave()
        self.terminal.close()

    def show(self, when: Nanoseconds, message: Message) -> None:
        """Send a frame to the host."""
        if self._faults.loses():
            return
        stamp = (when - self._plugged_at) // 1_000_000 % _STAMPS if self._protocol.stamps else None
        if self._write(self._faults.damaged(encode(message, stamp))):
            self._counters.to_host += 1

    # What the commands act upon: slcan_protocol.Controller

    def open(self, bitrate: int, *, listen_only: bool, one_shot: bool) -> None:
        """Join the bus."""
        self._latched = Status(0)
        self._station = Station(
            self._name,
            self._receive,
            self._confirm,
            listen_only=listen_only,
            bitrate=bitrate,
            one_shot=one_shot,
            recovers=False,
            on_error=self._fail,
        )
        self._medium.attach(self._station)

    def close(self) -> None:
        """Leave the bus; what was not sent is forgotten."""
        station, self._station = self._station, None
        if station is not None:
            self._medium.detach(station)

    def send(self, message: Message) -> bool:
        """Queue a frame for the bus; False when the queue is full or the controller is bus-off."""
        station = self._station
        if station is None or station.state is State.BUS_OFF:
            return False
        if len(station.queue) >= self._depth:
            self._latched |= Status.TRANSMIT_FULL
            return False
        self._medium.submit(station, message)
        self._counters.from_host += 1
        return True

    def status(self) -> Status:
        """Return the status flags and clear them; those of a state that lasts come again."""
        flags, self._latched = self._latched, Status(0)
        state = State.ERROR_ACTIVE if self._station is None else self._station.state
        if state >= State.ERROR_WARNING:
            flags |= Status.ERROR_WARNING
        if state >= State.ERROR_PASSIVE:
            flags |= Status.ERROR_PASSIVE
        return flags

    def _arrived(self, chunk: bytes) -> None:
        self._timeline.post(partial(self._take, chunk))

    def _take(self, chunk: bytes) -> None:
        """Act upon what the host wrote and answer it in one piece."""
        if self._gone:
            return
        replies = self._protocol.take(chunk)
        self._counters.refused += replies.count(ERROR)
        answers = [self._faults.damaged(reply) for reply in replies]
        if sum(map(len, answers)) <= self.terminal.room:
            answers = [b"".join(answers)]
        for answer in answers:
            self._write(answer)

    def _receive(self, when: Nanoseconds, message: Message) -> None:
        """Take in a frame of another station."""
        station = self._station
        if station is not None and station.queue:
            remote_length = message.dlc if message.is_remote_frame else None
            bits = frame_bits(
                message.arbitration_id, message.data, message.is_extended_id, remote_length=remote_length
            )
            # An own frame that waited already when this one began has lost against it.
            if station.queue[0].submitted <= when - bits * 1_000_000_000 // self._medium.bitrate:
                self._latched |= Status.ARBITRATION_LOST
        self.show(when, message)

    def _confirm(self, when: Nanoseconds, message: Message) -> None:
        """Take note that an own frame was sent: slcan has no word for it."""

    def _fail(self, _when: Nanoseconds, error: BusError) -> None:
        """Remember an error on the bus."""
        if error.kind != "state":
            self._latched |= Status.BUS_ERROR

    def _write(self, lines: bytes) -> bool:
        """Send ``lines`` to the host; count them as lost when it has not read for too long."""
        if len(lines) > self.terminal.room:
            self._counters.overruns += 1
            self._latched |= Status.RECEIVE_FULL | Status.DATA_OVERRUN
            return False
        self.terminal.write(lines)
        return True

    def _leave(self) -> None:
        self._gone = True
        self.close()
