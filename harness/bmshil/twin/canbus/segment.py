"""One CAN segment on a timeline: who joins it, what they want to send, and what it has carried.

Frames last as long as on a real wire. When the bus becomes free, the frame with the dominant identifier among
those that wait goes first. At its end all other stations get it and the sender gets its confirmation. A frame
that nobody acknowledges is destroyed by its sender's error flag until the sender is error-passive; from then
on stations that only listen get it, again and again (see ``repetition``).
"""

from __future__ import annotations

import heapq
import threading
from typing import TYPE_CHECKING

from bmshil.errors import PortError
from bmshil.twin.canbus.bits import arbitration_key
from bmshil.twin.canbus.station import Pending
from bmshil.twin.canbus.traffic import Traffic

if TYPE_CHECKING:
    from can import Message

    from bmshil.timeline import Timeline
    from bmshil.twin.canbus.station import Station
    from bmshil.twin.canbus.wiring import Wiring


class Medium(Traffic):
    """A CAN segment.

    On wall time everything but the attributes and counters belongs to the timeline's thread: enter through
    ``timeline.call`` or ``timeline.post``.

    Attributes:
        timeline: what the frames take their time from.
        name: the channel under which stations find it.
        bitrate: bit/s; of the stations that do not say otherwise.
        frames: frames sent and acknowledged.
        error_frames: attempts that ended with a dominant error flag on the bus.
        collisions: attempts of several stations at once, with one identifier and different bits.
        disturbance: gets the number of bits of a frame, returns the probability (0 to 1) that it is
            destroyed; None: never. Not asked for attempts that nobody acknowledges or that collide.
        cables: what it is made of; more than one where cables were joined.

    Args:
        timeline: see above.
        name: see above.
        bitrate: see above.
        seed: of the chance that decides what a disturbance destroys.
    """

    def __init__(self, timeline: Timeline, name: str, bitrate: int = 500_000, *, seed: int = 1) -> None:
        if bitrate <= 0:
            raise PortError(
                f"twin channel {name!r}: a bit rate of {bitrate} bit/s cannot be: use e.g. 500000"
            )
        super().__init__(timeline, bitrate, seed)
        self.name = name
        self.cables: list[Wiring] = []
        self.owner = threading.get_ident()

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations on the segment, in the order in which they came."""
        return self._roster.stations

    @property
    def unacknowledged(self) -> int:
        """Attempts to send that no other station acknowledged."""
        repetition = self._repetition
        return self._unacknowledged + (repetition.ended(self.timeline.now) if repetition else 0)

    @property
    def busy_ns(self) -> int:
        """Bus time of all frames and error frames, interframe spaces included, in nanoseconds."""
        repetition = self._repetition
        return self._busy_time.total + (repetition.ended_ns(self.timeline.now) if repetition else 0)

    def load(self, window: float) -> float:
        """Share of the last ``window`` seconds that finished frames and error frames took, 0 to 1."""
        if self._repetition is not None:
            self._unacknowledged += self._repetition.account(self.timeline.now, self._busy_time)
        return self._busy_time.load(self.timeline.now, window)

    def reseed(self, seed: int) -> None:
        """Begin the chance that decides what a disturbance destroys anew."""
        self._strikes.seed(seed)

    def attach(self, station: Station) -> None:
        """Join ``station`` to the segment, its error counters at zero as after power-up."""
        if not station.attached:
            station.attached = True
            station.reset()
            self._rewire((*self._roster.stations, station))

    def detach(self, station: Station) -> None:
        """Take ``station`` off the segment.

        Its frame on the wire is completed, the rest of its queue is dropped.
        """
        if station.attached:
            self.flush(station)
            station.attached = False
            self._recovery.forget(station)
            self._rewire(tuple(one for one in self._roster.stations if one is not station))

    def recover(self, station: Station) -> None:
        """Let ``station`` return from bus-off, after 128 times eleven recessive bits."""
        if station.attached and station.off and station not in self._recovery:
            self._stop_repeating()
            self._recovery.begin(station, max(self.timeline.now, self._free))
            self._irregular = True
            self._go_on()

    def submit(self, station: Station, message: Message) -> None:
        """Queue ``message``, which must not be modified afterwards; a station sends in order.

        Raises:
            PortError: the station is not on the segment, only listens or is bus-off.
        """
        if not station.attached or station.listen_only or station.tec > 255:
            raise PortError(f"twin channel {self.name!r}: {station.name} {_why_not(station)} and cannot send")
        key = arbitration_key(message.arbitration_id, message.is_extended_id, message.is_remote_frame)
        self._order = order = self._order + 1
        now = self.timeline.now
        queue = station.queue
        queue.append(Pending(key, order, now, message))
        if len(queue) > 1:
            return
        heapq.heappush(self._heads, (key, order, station))
        if self._delivering:
            return
        if self._sender is None:
            self._arbitrate()
        elif now <= self._start and (key <= self._key or now < self._start):
            self._give_way()
            self._arbitrate()

    def flush(self, station: Station) -> list[Message]:
        """Abort the frames of ``station`` and return them in their order.

        A frame that is on the wire goes on; it is aborted if this attempt fails.
        """
        self._stop_repeating()
        if self._sender is not None and self.timeline.now < self._start:
            self._give_way()
        queue = station.queue
        aborted = list(queue)
        queue.clear()
        if aborted and self._on_the_wire().sends(station):
            if self._will_pass(station):
                queue.append(aborted.pop(0))
        elif aborted:
            self._waiting.drop([station])
        self._go_on()
        return [pending.message for pending in aborted]

    def _rewire(self, stations: tuple[Station, ...]) -> None:
        self._stop_repeating()
        self._roster.stations = stations
        self._last = None
        self._review()
        self._go_on()

    def _will_pass(self, station: Station) -> bool:
        """Whether the frame that ``station`` has on the wire will be sent well."""
        attempt = self._on_the_wire()
        if attempt.ending is None:
            return self._roster.acknowledged(attempt)
        return attempt.ending.good and any(one.station is station and one.running for one in attempt.parties)


def _why_not(station: Station) -> str:
    if station.off:
        return "is bus-off"
    return "only listens" if station.attached else "is not on the bus"
