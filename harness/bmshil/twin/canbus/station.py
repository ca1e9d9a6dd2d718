"""One CAN controller on a segment: what it is set to, what it has counted, what it wants to send."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from bmshil.timeline import Nanoseconds
from bmshil.twin.canbus.confinement import BusError, State, after_reception, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from can import Message


class Pending(NamedTuple):
    """A frame in a station's transmit queue."""

    key: int  # order of arbitration
    order: int  # order of submission, over all stations
    submitted: Nanoseconds
    message: Message


class Station:
    """One CAN controller on a medium.

    Attributes:
        name: for error messages.
        listen_only: hears everything, sends nothing, neither frames nor acknowledgements nor error flags. It
            still counts what it hears.
        bitrate: bit/s; None is that of the medium it is attached to.
        one_shot: a frame is tried once; after an error it is dropped. Losing arbitration is no error: the
            frame waits.
        recovers: begins to recover from bus-off by itself; otherwise it waits for ``medium.recover``.
        receive: called at the end of each good frame of another station, acknowledged or not. The message is
            shared by all stations: it must not be modified.
        confirm: called at the end of each frame of its own, when it was acknowledged.
        on_error: called at the end of each error frame, and when the state changes.
        tec: transmit error counter.
        rec: receive error counter.
        attached: whether it is on a medium; kept by the medium.
        queue: frames that wait or are on the wire, the oldest first; kept by the medium.
        ready: not before this time it may send again, because it is error-passive; kept by the medium.
    """

    __slots__ = (
        "attached",
        "bitrate",
        "confirm",
        "listen_only",
        "name",
        "on_error",
        "one_shot",
        "queue",
        "ready",
        "rec",
        "receive",
        "recovers",
        "tec",
    )

    def __init__(
        self,
        name: str,
        receive: Callable[[Nanoseconds, Message], object],
        confirm: Callable[[Nanoseconds, Message], object],
        *,
        listen_only: bool = False,
        bitrate: int | None = None,
        one_shot: bool = False,
        recovers: bool = True,
        on_error: Callable[[Nanoseconds, BusError], object] | None = None,
    ) -> None:
        self.name = name
        self.receive = receive
        self.confirm = confirm
        self.listen_only = listen_only
        self.bitrate = bitrate
        self.one_shot = one_shot
        self.recovers = recovers
        self.on_error = on_error
        self.attached = False
        self.queue: deque[Pending] = deque()
        self.reset()

    @property
    def state(self) -> State:
        """What the counters mean."""
        return state_of(self.tec, self.rec)

    @property
    def off(self) -> bool:
        """Whether it is bus-off."""
        return self.tec > 255

    @property
    def passive(self) -> bool:
        """Whether its error flags are recessive: error-passive, or it only listens."""
        return self.listen_only or self.tec > 127 or self.rec > 127

    def reset(self) -> None:
        """Count from zero, as after power-up."""
        self.tec = 0
        self.rec = 0
        self.ready = Nanoseconds(0)

    def punish(self, tec: int, rec: int) -> None:
        """Add to the counters after an error."""
        self.tec += tec
        self.rec = min(self.rec + rec, 255)

    def reward(self, when: Nanoseconds, *, transmitting: bool) -> None:
        """Count a frame that was sent or received well."""
        if transmitting:
            if self.tec == 0:
                return
            before = self.state
            self.tec -= 1
        else:
            if self.rec == 0:
                return
            before = self.state
            self.rec = after_reception(self.rec)
        if self.state is not before:
            self.tell(when, "state", transmitting=transmitting)

    def tell(self, when: Nanoseconds, kind: str, *, transmitting: bool) -> None:
        """Tell the host what happened."""
        if self.on_error is not None:
            self.on_error(when, BusError(kind, transmitting, self.state, self.tec, self.rec))
