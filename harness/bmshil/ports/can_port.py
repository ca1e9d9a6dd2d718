"""The door to a CAN bus, over python-can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.errors import PortError, TimelineError
from bmshil.ports.adapters import Settings, adapter_for
from bmshil.ports.capability import Capability, corrected
from bmshil.ports.clock_map import ClockMap
from bmshil.ports.health import PortHealth
from bmshil.ports.link import Link
from bmshil.ports.outbox import Outbox
from bmshil.ports.reception import Reception
from bmshil.ports.silence import Silence
from bmshil.ports.supervisor import Supervisor
from bmshil.ports.trouble import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import can

    from bmshil.journal import Frame, Journal
    from bmshil.ports.reception import Listener
    from bmshil.timeline import Nanoseconds, Timeline

DEFAULT_PERIOD = 1.0
"""Of the messages of a BMS, where nobody says better, s."""


class CanPort:
    """One CAN channel with a role: emulator, witness or disturber.

    All that passes goes to the journal: a sent frame when the adapter confirms it, or at once, as
    unconfirmed, where the adapter gives no confirmation.

    An adapter that fails (unplugged, stalled, interface down, buffer full, garbled, dead, bus-off) is one
    event ``port_error`` with its cause, and one ``port_recovered`` when it works again, which the port brings
    about by itself. Meanwhile frames are counted as lost, unless it is back before they are old.

    Args:
        timeline: gives the time and polls the port.
        journal: where frames and events are written.
        role: emulator, witness or disturber; the port's name in the journal.
        interface: a python-can interface name, e.g. ``socketcan``, ``slcan``, ``twin``.
        channel: the interface's channel, e.g. ``can0``.
        bitrate: bit/s.
        listen_only: neither send nor acknowledge.
        options: further arguments for the interface.
        capabilities: where the table of the interface is wrong about this adapter.
        period: of the messages that are sent, s: how long a frame may wait follows from it.

    Attributes:
        name: the role.
        capabilities: what the adapter can do.
        on_failure: called with the cause when the adapter fails.
        admits: asked before each frame is sent; False holds it back without a word. None asks nobody.

    Raises:
        InputError: an unknown capability.
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
        capabilities: Mapping[str, bool] | None = None,
        period: float | None = None,
    ) -> None:
        self.name = role
        self.interface = interface
        self.channel = channel
        self.on_failure: Callable[[str], object] | None = None
        self.admits: Callable[[Frame], bool] | None = None
        self._timeline = timeline
        self._journal = journal
        index = journal.port(role)
        adapter = self._adapter = adapter_for(interface, channel, options or {})
        self.capabilities = corrected(adapter.capabilities, capabilities or {}, f"CAN {role}")
        self._echo = Capability.ECHO in self.capabilities
        self._health = health = PortHealth()
        self._link = Link(adapter, timeline, Settings(bitrate, listen_only), self.poll)
        period = DEFAULT_PERIOD if period is None else period
        self._silence = Silence(role, timeline, journal, health, period=period, early=adapter.early_echo)
        self._outbox = Outbox(
            role,
            index,
            timeline,
            journal,
            health,
            silence=self._silence,
            hand=self._hand,
            flush=lambda: self._supervisor.flush(),  # noqa: PLW0108 - made below
            period=period,
            patience=adapter.patience,
            echo=self._echo,
            shared=adapter.shared,
        )
        self._supervisor = Supervisor(
            role,
            timeline,
            journal,
            health,
            adapter=adapter,
            link=self._link,
            outbox=self._outbox,
            silence=self._silence,
            begin=self._take_bus,
            echo=self._echo,
            fail=self._fail,
            flushes=Capability.FLUSH in self.capabilities,
        )
        self._opened = False
        self._message: Any = None
        self._clock = ClockMap(self._tell_step)
        self._reception = Reception(
            index, journal, health, link=self._link, outbox=self._outbox, supervisor=self._supervisor
        )

    @property
    def bitrate(self) -> int:
        """Bit rate of the channel, bit/s."""
        return self._link.settings.bitrate

    @property
    def listen_only(self) -> bool:
        """Whether the port neither sends nor acknowledges."""
        return self._link.settings.listen_only

    @property
    def health(self) -> PortHealth:
        """Counters since opening; error counters as they are now, where the adapter can be asked for them."""
        bus = self._supervisor.bus
        if bus is not None and (counters := self._adapter.counters(bus)) is not None:
            self._health.tec, self._health.rec = counters
        return self._health

    @property
    def confirms(self) -> bool:
        """Whether the adapter reports what it has sent."""
        return self._echo

    @property
    def acknowledged(self) -> bool:
        """False while frames go out that nobody acknowledges."""
        return self._silence.acknowledged

    @property
    def dead(self) -> bool:
        """Whether the port is given up: it was closed, or never opened. A failed adapter comes back."""
        return not self._opened

    def open(self) -> None:
        """Open the adapter and start to receive.

        Raises:
            PortError: the interface is unknown, or the adapter refuses.
        """
        import can  # noqa: PLC0415 - slow to import, and `--help` needs no bus

        self._message = can.Message
        try:
            opened = self._link.open()
        # Drivers let anything through: serial errors, missing libraries, bare OSError.
        except Exception as error:
            where = f"CAN {self.name}: {self.interface} {self.channel}"
            raise PortError(f"{where} cannot be opened: {one_line(error)}") from error
        self._opened = True
        self._outbox.bitrate = self._link.settings.bitrate
        self._timeline.call(lambda: self._supervisor.hear(opened))
        if not self._adapter.hands_over:
            self._timeline.add_source(self)

    def close(self) -> None:
        """Stop receiving and release the adapter. May be called twice."""
        self._opened = False
        self._timeline.remove_source(self)
        try:
            self._timeline.call(self._end)  # where frames are sent and taken in at this very moment
        except TimelineError:  # it is closed: nobody sends or takes in any more
            self._end()
        self._link.close()

    def reopen(
        self, *, bitrate: int | None = None, listen_only: bool | None = None, one_shot: bool | None = None
    ) -> None:
        """Close the adapter and open it with other settings; what is None stays as it is.

        On wall time call it from a test, not from an event: opening may block.

        Raises:
            PortError: the adapter cannot do what is wanted, or refuses.
        """
        present = self._link.settings
        changes: dict[str, Any] = {"bitrate": bitrate, "listen_only": listen_only, "one_shot": one_shot}
        wanted = present._replace(**{name: one for name, one in changes.items() if one is not None})
        refusal = self._adapter.why_not(present, wanted, self.capabilities)
        if refusal is not None:
            raise PortError(f"CAN {self.name}: {refusal}")
        self.close()
        self._link.settings = wanted
        self.open()

    def subscribe(self, listener: Listener) -> None:
        """Hand every frame from others to ``listener(when, frame)``, on the timeline."""
        self._reception.subscribe(listener)

    def subscribe_sent(self, listener: Listener) -> None:
        """Hand every own frame to ``listener`` once confirmed (or at once without confirmation)."""
        self._reception.subscribe_sent(listener)

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> None:
        """Send one frame as soon as there is room; what cannot be sent is counted, not raised.

        Call it on the timeline.

        Args:
            frame: what is sent.
            planned: its slot, from which it ages; now when left out.

        Raises:
            PortError: the port is not open, or listens only.
            EnvelopeError: the frame could harm the device; it is not sent.
        """
        if not self._opened:
            raise PortError(f"CAN {self.name}: not open, {frame.label} cannot be sent")
        if self._link.settings.listen_only:
            raise PortError(f"CAN {self.name}: listens only, {frame.label} cannot be sent")
        if self.admits is None or self.admits(frame):
            self._outbox.send(frame, planned)

    def poll(self) -> None:
        """Hand over all that has arrived; the timeline calls this."""
        link = self._link
        if not link.threaded:
            link.look()
        arrived = link.arrived
        while arrived:
            item = arrived.popleft()
            if not isinstance(item, tuple):
                self._reception.take(self._clock.map(item.timestamp, self._timeline.now), item)
            elif self._opened:
                self._supervisor.hear(item)

    def wait(self, timeout: float) -> bool:
        """Block until a frame or a failure has arrived; the port's own thread calls this on wall time."""
        return self._link.wait(timeout)

    def _end(self) -> None:
        """Forget what was on its way; an adapter without a thread is released here, too."""
        self._supervisor.close()
        self._link.arrived.clear()
        if not self._link.threaded:
            self._link.close()

    def _fail(self, cause: str) -> None:
        if self.on_failure is not None:
            self.on_failure(cause)

    def _tell_step(self, step: float) -> None:
        cause = f"the clock of its adapter jumped by {step:+.3f} s"
        self._journal.event("clock_step", self.name, cause=cause)

    def _take_bus(self, bus: can.BusABC) -> None:
        """Begin with a bus that was just opened."""
        self._clock = ClockMap(self._tell_step)
        if self._adapter.hands_over:
            bus.on_frame = self._reception.take  # type: ignore[attr-defined]  # what handing over means

    def _hand(self, frame: Frame) -> bool:
        """Give one frame to the adapter; False when it refuses."""
        bus = self._supervisor.bus
        if bus is None:
            return False
        try:
            bus.send(
                self._message(0.0, frame.id, frame.extended, frame.remote, data=frame.data),
                self._adapter.send_timeout,
            )
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self._supervisor.refused(error)
            return False
        if self._supervisor.doubtful:
            self._supervisor.taken()
        if not self._echo:
            self._reception.unconfirmed(self._timeline.now, frame)
        return True
