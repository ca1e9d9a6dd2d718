"""The door to a CAN bus, over python-can."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bmshil.errors import PortError
from bmshil.journal import Direction, Frame
from bmshil.ports.clock_map import ClockMap
from bmshil.ports.health import PortHealth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import can

    from bmshil.journal import Journal
    from bmshil.timeline import Nanoseconds, Timeline

    Listener = Callable[[Nanoseconds, Frame], object]

ECHOING = frozenset({"twin", "virtual", "socketcan", "kvaser", "vector", "gs_usb"})
"""python-can interfaces that hand a sent frame back once it is on the bus."""

SHARED = frozenset({"socketcan"})
"""Interfaces that mark the frames of every program on this machine as our own."""

DEFAULTS: dict[str, dict[str, Any]] = {
    # python-can's slcan driver sleeps two seconds after opening unless told otherwise.
    "slcan": {"sleep_after_open": 0},
}
"""Options of interfaces whose own defaults do harm; a rig file may override them."""

SEND_TIMEOUTS = {"slcan": 0.02, "serial": 0.02}
"""Interfaces that would wait for ever for an adapter that takes no more bytes, with what they may wait, s."""

GARBLED = (ValueError, IndexError)
"""What python-can's serial drivers raise when they cannot read what an adapter says."""

MOST_GARBLED = 10
"""An adapter that says nothing readable so many times in a row has failed."""


class CanPort:
    """One CAN channel with a role: emulator, witness or disturber.

    The port is a source of the timeline. Everything that passes is written to the journal: a sent frame
    when the adapter confirms it, or at once, as unconfirmed, where the adapter gives no confirmation. An
    adapter that fails surfaces as one event ``port_error`` with its cause, never as silence.

    Args:
        timeline: gives the time and polls the port.
        journal: where frames and errors are written.
        role: emulator, witness or disturber; the port's name in the journal.
        interface: a python-can interface name, e.g. ``socketcan``, ``slcan``, ``twin``.
        channel: the interface's channel, e.g. ``can0``.
        bitrate: bit/s.
        listen_only: neither send nor acknowledge.
        options: further arguments for the interface.

    Attributes:
        name: the role.
        health: counters since opening.
        on_failure: called with the cause when the adapter fails.
    """

    def __init__(
        self,
        timeline: Timeline,
        journal: Journal,
        *,
        role: str,
        interface: str,
        channel: str,
        bitrate: int = 500_000,
        listen_only: bool = False,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = role
        self.interface = interface
        self.channel = channel
        self.bitrate = bitrate
        self.listen_only = listen_only
        self.health = PortHealth()
        self.on_failure: Callable[[str], object] | None = None
        self._options = {**DEFAULTS.get(interface, {}), **(options or {})}
        self._timeline = timeline
        self._journal = journal
        self._index = journal.port(role)
        self._echo = interface in ECHOING
        self._unconfirmed: deque[Frame] | None = deque(maxlen=256) if interface in SHARED else None
        self._send_options = {"timeout": SEND_TIMEOUTS[interface]} if interface in SEND_TIMEOUTS else {}
        self._garbled = 0
        self._bus: can.BusABC | None = None
        self._message: Any = None
        self._arrived: deque[can.Message | Exception] = deque()
        self._broken = threading.Event()
        self._closed = threading.Event()
        self._clock = ClockMap()
        self._listeners: tuple[Listener, ...] = ()
        self._sent_listeners: tuple[Listener, ...] = ()

    @property
    def confirms(self) -> bool:
        """Whether the adapter reports what it has sent."""
        return self._echo

    @property
    def dead(self) -> bool:
        """Whether the adapter has failed for good: it was released, and nothing passes any more."""
        return self._bus is None and self.health.down is not None

    def open(self) -> None:
        """Open the adapter and start to receive.

        Raises:
            PortError: the interface is unknown, or the adapter refuses.
        """
        import can  # noqa: PLC0415 - slow to import, and `--help` needs no bus

        arguments: dict[str, Any] = {"bitrate": self.bitrate, **self._options}
        if self._echo and not self.listen_only:
            arguments["receive_own_messages"] = True
        if self.listen_only and self.interface in {"twin", "slcan"}:
            arguments["listen_only"] = True
        try:
            self._bus = can.Bus(
                interface=self.interface, channel=self.channel, ignore_config=True, **arguments
            )
        # Drivers let anything through: serial errors, missing libraries, bare OSError.
        except Exception as error:
            raise PortError(
                f"CAN {self.name}: {self.interface} {self.channel} cannot be opened: {_one_line(error)}"
            ) from error
        self._message = can.Message
        self._timeline.add_source(self)

    def close(self) -> None:
        """Stop receiving and release the adapter. May be called twice."""
        self._closed.set()
        self._timeline.remove_source(self)
        bus, self._bus = self._bus, None
        if bus is not None:
            self._shut(bus)

    def subscribe(self, listener: Listener) -> None:
        """Hand every frame from others to ``listener(when, frame)``, on the timeline."""
        self._listeners = (*self._listeners, listener)

    def subscribe_sent(self, listener: Listener) -> None:
        """Hand every own frame to ``listener`` once confirmed (or at once without confirmation)."""
        self._sent_listeners = (*self._sent_listeners, listener)

    def send(self, frame: Frame) -> None:
        """Hand one frame to the adapter; a refusal is counted and written, not raised.

        Raises:
            PortError: the port is not open, or listens only.
        """
        bus = self._bus
        if bus is None:
            if self.health.down is not None:
                self._lose(frame)
                return
            raise PortError(f"CAN {self.name}: not open, {frame.label} cannot be sent")
        if self.listen_only:
            raise PortError(f"CAN {self.name}: listens only, {frame.label} cannot be sent")
        if self._unconfirmed is not None:
            self._unconfirmed.append(frame)
        try:
            bus.send(
                self._message(0.0, frame.id, frame.extended, frame.remote, data=frame.data),
                **self._send_options,
            )
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self._lose(frame)
            self._fail(error)
            return
        self.health.sent += 1
        self.health.down = None
        if not self._echo:
            now = self._timeline.now
            self._journal.frame(self._index, now, Direction.UNCONFIRMED, frame)
            for listener in self._sent_listeners:
                listener(now, frame)

    def poll(self) -> None:
        """Hand over all that has arrived; the timeline calls this."""
        arrived = self._arrived
        while arrived:
            item = arrived.popleft()
            if isinstance(item, GARBLED) and not self._broken.is_set():
                self.health.garbled += 1
                self._journal.event("port_error", self.name, cause=f"garbled: {_one_line(item)}")
                continue
            if isinstance(item, Exception):
                self._bury(item)
                return
            self._take(item)
        bus = self._bus
        if bus is not None and self._timeline.simulated:
            receive = bus.recv
            while (message := receive(0)) is not None:
                self._take(message)

    def wait(self, timeout: float) -> bool:
        """Block until a frame or a failure has arrived; the port's own thread calls this on wall time."""
        bus = self._bus
        if bus is None or self._broken.is_set():
            self._closed.wait(timeout)
            return False
        try:
            message = bus.recv(timeout)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            # A line that was cut off when the adapter was opened must not end the run.
            self._garbled = self._garbled + 1 if isinstance(error, GARBLED) else MOST_GARBLED
            if self._garbled >= MOST_GARBLED:
                self._broken.set()
            self._arrived.append(error)
            return True
        if message is None:
            return False
        self._garbled = 0
        self._arrived.append(message)
        return True

    def _bury(self, error: Exception) -> None:
        """Give up an adapter whose reading side has failed: it never recovers by itself."""
        self._fail(error)
        bus, self._bus = self._bus, None
        if bus is not None:
            self._shut(bus)

    def _take(self, message: can.Message) -> None:
        when = self._clock.map(message.timestamp, self._timeline.now)
        frame = Frame(
            message.arbitration_id, bytes(message.data), message.is_extended_id, message.is_remote_frame
        )
        if message.is_error_frame:
            self.health.error_frames += 1
            self._journal.frame(self._index, when, Direction.RECEIVED, frame, error=True)
            self._journal.event("bus_error", self.name)
            return
        if message.is_rx or not self._is_own(frame):
            self.health.received += 1
            self._journal.frame(self._index, when, Direction.RECEIVED, frame)
            for listener in self._listeners:
                listener(when, frame)
        else:
            self.health.confirmed += 1
            self._journal.frame(self._index, when, Direction.SENT, frame)
            for listener in self._sent_listeners:
                listener(when, frame)

    def _is_own(self, frame: Frame) -> bool:
        """Whether a frame that was sent on this machine was sent by this port."""
        if self.listen_only:
            return False
        if self._unconfirmed is None:
            return True
        try:
            self._unconfirmed.remove(frame)
        except ValueError:
            return False
        return True

    def _lose(self, frame: Frame) -> None:
        self.health.lost += 1
        self._journal.frame(self._index, self._timeline.now, Direction.LOST, frame)
        self._journal.event("lost_frame", self.name, id=frame.label)

    def _fail(self, error: Exception) -> None:
        cause = _one_line(error)
        if self.health.down == cause:
            return
        self.health.failures += 1
        self.health.down = cause
        self._journal.event("port_error", self.name, cause=cause)
        if self.on_failure is not None:
            self.on_failure(cause)

    def _shut(self, bus: can.BusABC) -> None:
        try:
            bus.shutdown()
        except Exception as error:  # noqa: BLE001 - python-can's slcan raises when its adapter is gone
            line = getattr(bus, "serialPortOrig", None)
            if line is not None:
                # It says good-bye before it closes its serial line, and so leaves it open.
                with suppress(OSError):
                    line.close()
            if self.health.down is None:
                self._journal.event("port_error", self.name, cause=f"while closing: {_one_line(error)}")


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text or type(error).__name__
