"""One message of one node, on its planned slots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.journal import Frame
from bmshil.timeline import Nanoseconds, Periodic, to_ns

if TYPE_CHECKING:
    from bmshil.bms.transmitter import Transmitter


class MessageSlot:
    """Sends one message of a node on a fixed grid of times.

    This runs for every frame of every node, so the way without faults is short.

    Args:
        transmitter: gives the report and takes the frame.
        base_id: of the message, before any id scheme.
        period: s.

    Attributes:
        base_id: of the message.
        encode: (base identifier, report) -> payload.
        period: nominal period, s.
        payload: what was encoded last, before faults that touch bytes; None before the first time.
        sent: frames handed to the sender.
    """

    __slots__ = (
        "_extended", "_id", "_last", "_origin", "_periodic", "_pursued", "_send", "_told", "_transmitter",
        "base_id", "encode", "payload", "period", "sent",
    )  # fmt: skip

    def __init__(self, transmitter: Transmitter, base_id: int, period: float) -> None:
        self.base_id = base_id
        self.period = period
        self.payload: bytes | None = None
        self.sent = 0
        self._transmitter = transmitter
        self.encode = transmitter.dialect.speech(base_id)
        self._send = transmitter.sender.send
        self._id, self._extended = transmitter.ids.wire(base_id, transmitter.speaks_as)
        self._origin = Nanoseconds(0)
        self._periodic: Periodic | None = None
        self._last: Nanoseconds | None = None
        self._pursued = period
        self._told = 0

    @property
    def wire(self) -> tuple[int, bool]:
        """Identifier on the wire, and whether it has 29 bits."""
        return self._id, self._extended

    def start(self, origin: Nanoseconds) -> None:
        """Send at ``origin``, which has only just passed if at all, and then every period.

        A slot that was running keeps half a period between its last send and the first on the new grid.
        """
        self._pursued = self.period
        self._restart(self.first_slot(origin))

    def first_slot(self, origin: Nanoseconds) -> Nanoseconds:
        """Move the grid to ``origin`` and say which of its times comes first."""
        self._origin = origin
        # Counted from the origin and not from now: on wall time a phase of 0 is over by a few microseconds,
        # and the first message of a set must not fall behind the decision that it tells.
        return self._next_on_grid(origin)

    def stop(self) -> None:
        """Send no more."""
        if self._periodic is not None:
            self._periodic.cancel()
            self._periodic = None
        self._last = None

    def pursue(self, period: float | None) -> None:
        """Send at another period, s, counted from the last slot; None returns to the planned grid."""
        wanted = self.period if period is None else period
        periodic = self._periodic
        if wanted == self._pursued or periodic is None:
            return
        self._pursued = wanted
        if period is None:
            self._restart(self._next_on_grid(self._transmitter.timeline.now))
            return
        last = self._last_slot()
        start = periodic.due if last is None else Nanoseconds(last + to_ns(wanted))
        self._restart(max(start, self._transmitter.timeline.now))

    def _restart(self, start: Nanoseconds) -> None:
        last = self._last_slot()
        self.stop()
        self._last = last
        self._told = 0
        self._periodic = Periodic(self._transmitter.timeline, to_ns(self._pursued), self._fire, start)

    def _last_slot(self) -> Nanoseconds | None:
        """Planned time of the slot that ran last, None when none has since the start."""
        periodic = self._periodic
        if periodic is None or not periodic.done:
            return self._last
        return Nanoseconds(periodic.due - to_ns(periodic.period))

    def _next_on_grid(self, earliest: Nanoseconds) -> Nanoseconds:
        period = to_ns(self.period)
        last = self._last_slot()
        if last is not None:
            earliest = max(earliest, Nanoseconds(last + period // 2))
        return Nanoseconds(self._origin + max(-((self._origin - earliest) // period), 0) * period)

    def _fire(self) -> None:
        periodic = self._periodic
        if periodic is not None and periodic.skipped != self._told:
            self._transmitter.tell_late(self.base_id, periodic.skipped - self._told)
            self._told = periodic.skipped
        transmitter = self._transmitter
        report = transmitter.report
        if report is None:
            return
        if transmitter.effects:
            transmitter.send_deviating(self)
            return
        self.payload = data = self.encode(self.base_id, report)
        self._send(Frame(self._id, data, self._extended), None if periodic is None else periodic.due)
        self.sent += 1
