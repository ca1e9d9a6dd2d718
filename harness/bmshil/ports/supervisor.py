"""What a port does when its adapter fails: tell once, take it away, and bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.ports import error_frames
from bmshil.ports.error_log import ErrorLog
from bmshil.ports.news import Garbled, News, Opened, Refused, State, StillGone
from bmshil.ports.outage import OutageLog
from bmshil.ports.recovery import Recovery
from bmshil.ports.trouble import Trouble, What

if TYPE_CHECKING:
    from collections.abc import Callable

    import can

    from bmshil.journal import Frame, Journal
    from bmshil.ports.adapters import Adapter
    from bmshil.ports.health import PortHealth
    from bmshil.ports.link import Link
    from bmshil.ports.outbox import Outbox
    from bmshil.ports.silence import Silence
    from bmshil.timeline import Timeline

DEAD_AFTER = 0.5
"""An adapter that refuses frames for no known reason for so long is opened again, s."""

REFUSING = 0.5
"""An adapter that takes frames has room again when it has refused none for so long, s."""

RESET_EVERY = 1.0
"""Distance of two resets only to take back frames that nobody acknowledges, s: each costs received ones."""


class Supervisor:
    """Decides what follows from the news about one adapter. Lives on the timeline.

    Args:
        name: of the port, for the journal.
        timeline: gives the time.
        journal: where events are written.
        health: to count in.
        adapter: what is particular to the adapter.
        link: the connection to it.
        outbox: the frames on their way out.
        silence: whether anybody acknowledges them.
        echo: whether the adapter confirms; where it does not, other signs must do.
        begin: called with each bus that was opened.
        fail: called with the cause when an outage begins.
        flushes: whether frames may be taken back from the adapter, be it by opening it again.

    Attributes:
        bus: what frames are sent with; None while the adapter cannot be used.
        doubtful: whether an outage goes on although the adapter is in use, so that what passes matters.
    """

    def __init__(
        self,
        name: str,
        timeline: Timeline,
        journal: Journal,
        health: PortHealth,
        *,
        adapter: Adapter,
        link: Link,
        outbox: Outbox,
        silence: Silence,
        echo: bool,
        begin: Callable[[can.BusABC], None],
        fail: Callable[[str], None],
        flushes: bool,
    ) -> None:
        self.bus: can.BusABC | None = None
        self.doubtful = False
        self._name = name
        self._timeline = timeline
        self._journal = journal
        self._health = health
        self._adapter = adapter
        self._link = link
        self._outbox = outbox
        self._silence = silence
        self._echo = echo
        self._begin = begin
        self._fail = fail
        self._flushes = flushes
        self._outages = OutageLog(name, timeline, journal, health)
        self._errors = ErrorLog(name, timeline, journal)
        self._recovery = Recovery(
            timeline,
            adapter,
            outbox,
            bus=lambda: self.bus,
            reset=lambda: self._let_go(reset=True),
            fail=lambda error: self._trouble(adapter.diagnose(error)._replace(lasting=True)),
        )
        self._refused_at = -REFUSING
        self._resetting = False
        self._released_at = -RESET_EVERY

    def hear(self, news: News) -> None:
        """Take note of what the link has to say."""
        if isinstance(news, Opened):
            self._take_bus(news)
        elif isinstance(news, Garbled):
            self._outages.garbled(Trouble(What.GARBLED, news.cause))
        elif isinstance(news, StillGone):
            self._outages.explain(news.cause)
        elif isinstance(news, Refused):
            self._health.lost += news.frames
            self._trouble(
                Trouble(What.BUFFER_FULL, "the adapter takes frames and then refuses them", lasting=False)
            )
            self._suspect_silence(news.frames)
        elif isinstance(news, State):
            self._change_state(news.state)
            if news.state == error_frames.PASSIVE:
                self._suspect_silence(0)
            elif news.tried:
                self._silence.end()
        elif self.bus is not None:  # else it is being opened again already
            self._trouble(news)

    def refused(self, error: Exception) -> None:
        """The adapter does not take a frame."""
        found = [one for one in self._link.arrived.copy() if isinstance(one, Trouble)]
        # Where reading has failed too, it knows the cause better.
        trouble = found[0] if found else self._adapter.diagnose(error)
        if trouble.what is What.DEAD and self._outages.seconds >= DEAD_AFTER:
            trouble = trouble._replace(lasting=True)
        self._trouble(trouble)
        if trouble.what is What.BUFFER_FULL:
            self._suspect_silence(1)

    def taken(self) -> None:
        """The adapter has taken a frame although there is an outage."""
        present = self._outages.present
        if (
            present is not None
            and present.what is not What.BUS_OFF
            and self._timeline.seconds - self._refused_at >= REFUSING
        ):
            self._end()
            if self._echo:
                return
            if self._silence.acknowledged:
                self._silence.end()
            else:  # only hearing somebody shows more
                self.doubtful = True

    def proven(self, *, confirmed: bool) -> None:
        """A frame has passed although there is an outage; ``confirmed`` means an own one."""
        present = self._outages.present
        if present is None:
            self.doubtful = False
        elif confirmed or present.what is What.BUS_OFF:
            self._end()
        if not self._echo:
            self._silence.end()

    def flush(self) -> int | None:
        """Take back what the adapter has not sent; see ``Outbox``."""
        bus = self.bus
        if bus is None or not self._flushes:
            return None
        try:
            taken = self._adapter.flush(bus)
        except Exception as error:  # noqa: BLE001 - drivers let anything through
            self.refused(error)
            return None
        if taken is None and self._adapter.resets:
            self._resetting = True
            self.bus = None
            self._outbox.pause()
            self._link.reopen(reset=True)
            return -1
        return taken

    def take_error(self, frame: Frame) -> None:
        """Take note of an error frame."""
        if not self._adapter.socketcan_errors:
            self._errors.take("other", self._condition())
            return
        fault = error_frames.decode(frame.id, frame.data)
        health = self._health
        if fault.counters is not None:
            health.tec, health.rec = fault.counters
        better = fault.state in (error_frames.ACTIVE, health.state)
        if fault.state is not None:
            self._change_state(fault.state)
        if fault.kind != "state" or not better:
            self._errors.take(fault.kind, self._condition())
        if fault.state == error_frames.BUS_OFF:
            self._leave_bus()
        elif fault.state == error_frames.ACTIVE:
            self._recovery.back()

    def close(self) -> None:
        """The port is closed: nothing is brought back any more."""
        self.bus = None
        self._resetting = False
        self._recovery.cancel()
        self._outbox.close()
        self._outages.end_garbling()
        self._errors.tell()
        self._end()

    def _suspect_silence(self, frames: int) -> None:
        """An adapter that does not confirm gives a sign that nobody acknowledges."""
        self._refused_at = self._timeline.seconds
        if not self._echo:
            self.doubtful = True
            self._outbox.unheard(frames)

    def _condition(self) -> dict[str, object]:
        health = self._health
        return {"state": health.state, "tec": health.tec, "rec": health.rec}

    def _change_state(self, state: str) -> None:
        if state != self._health.state:
            self._health.state = state
            self._journal.event("bus_state", self._name, **self._condition())

    def _trouble(self, trouble: Trouble) -> None:
        if self._outages.begin(trouble):
            self._fail(trouble.cause)
        self.doubtful = True
        if trouble.what is What.BUS_OFF:
            self._leave_bus()
        elif trouble.lasting:
            self._let_go(reset=False)

    def _let_go(self, *, reset: bool) -> None:
        """Use the adapter no more until it was opened again."""
        if self.bus is None:
            return
        self.bus = None
        self._outbox.hold()
        self._link.reopen(reset=reset)

    def _take_bus(self, opened: Opened) -> None:
        health = self._health
        self.bus = opened.bus
        health.tec = health.rec = 0
        self._change_state(error_frames.ACTIVE)
        self._begin(opened.bus)
        if opened.drained:
            health.drained += opened.drained
            self._journal.event("drained", self._name, frames=opened.drained)
        present = self._outages.present
        if present is None or present.what is not What.BUS_OFF:
            self._end()
        wait = self._released_at + RESET_EVERY - self._timeline.seconds
        if self._resetting and wait > 0:
            self._timeline.after(wait, lambda: self._release(opened.bus))
        else:
            self._release(opened.bus)

    def _release(self, bus: can.BusABC) -> None:
        if self.bus is bus:
            self._resetting = False
            self._released_at = self._timeline.seconds
            self._outbox.release()

    def _end(self) -> None:
        self.doubtful = False
        self._outages.end()

    def _leave_bus(self) -> None:
        """The controller is bus-off: let it rest and bring it back."""
        trouble = Trouble(What.BUS_OFF, "the controller has counted too many errors", lasting=False)
        if self._outages.begin(trouble):
            self._fail(trouble.cause)
        self.doubtful = True
        self._change_state(error_frames.BUS_OFF)
        self._recovery.begin()
