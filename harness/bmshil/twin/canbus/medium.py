"""One CAN segment on a timeline: who sends when, how long it takes, and who hears it.

Frames last as long as on a real wire. When the bus becomes free, the frame with the dominant
identifier among those that wait goes first. At its end all other stations get it and the sender gets
its confirmation. A frame that nobody can acknowledge stays pending.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import PortError
from bmshil.timeline import Nanoseconds, Timeline, to_seconds
from bmshil.twin.canbus.bits import arbitration_key, frame_bits
from bmshil.twin.canbus.load import BusyTime

if TYPE_CHECKING:
    from collections.abc import Callable

    from can import Message


class _Pending(NamedTuple):
    """A frame in a station's transmit queue."""

    key: int  # order of arbitration
    order: int  # order of submission, over all stations
    submitted: Nanoseconds
    message: Message


class Station:
    """One CAN controller on a medium.

    Attributes:
        name: for error messages.
        listen_only: hears everything, sends nothing, acknowledges nothing.
        receive: called at the end of each frame of another station. The message is shared by all
            stations: it must not be modified.
        confirm: called at the end of each frame of its own.
        attached: whether it is on a medium; kept by the medium.
        queue: frames that wait or are on the wire, the oldest first; kept by the medium.
    """

    __slots__ = ("attached", "confirm", "listen_only", "name", "queue", "receive")

    def __init__(
        self,
        name: str,
        receive: Callable[[Nanoseconds, Message], object],
        confirm: Callable[[Nanoseconds, Message], object],
        *,
        listen_only: bool = False,
    ) -> None:
        self.name = name
        self.receive = receive
        self.confirm = confirm
        self.listen_only = listen_only
        self.attached = False
        self.queue: deque[_Pending] = deque()


class Medium:
    """A CAN segment.

    On wall time everything but the counters belongs to the timeline's thread: enter through
    ``timeline.call`` or ``timeline.post``.

    Attributes:
        timeline: what the frames take their time from.
        name: the channel under which stations find it.
        bitrate: bit/s.
        frames: frames sent and acknowledged.
        unacknowledged: attempts that no other station acknowledged. An attempt is made when a frame
            is submitted and when stations come or go; it takes no bus time.
        simultaneous_same_id: frames that began together with one of another station with the same
            identifier. On a real wire they collide; here the one submitted first wins.
    """

    def __init__(self, timeline: Timeline, name: str, bitrate: int = 500_000) -> None:
        if bitrate <= 0:
            raise PortError(
                f"twin channel {name!r}: a bit rate of {bitrate} bit/s cannot be: use e.g. 500000"
            )
        self.timeline = timeline
        self.name = name
        self.bitrate = bitrate
        self.owner = threading.get_ident()
        self.frames = 0
        self.unacknowledged = 0
        self.simultaneous_same_id = 0
        self._busy_time = BusyTime()
        self._stations: tuple[Station, ...] = ()
        self._acknowledging = 0  # stations that are not listen-only
        self._order = 0
        # The head of each station's queue, except of the one that is sending
        self._heads: list[tuple[int, int, Station]] = []
        self._sender: Station | None = None
        self._delivering = False
        self._contested = False
        self._key = 0
        self._start = Nanoseconds(0)
        self._end = Nanoseconds(0)  # of the frame on the wire; when none is, since when the bus is free

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations on the segment, in the order in which they came."""
        return self._stations

    @property
    def busy_ns(self) -> int:
        """Bus time of all acknowledged frames, interframe spaces included, in nanoseconds."""
        return self._busy_time.total

    def load(self, window: float) -> float:
        """Share of the last ``window`` seconds that finished frames took, 0 to 1."""
        return self._busy_time.load(self.timeline.now, window)

    def attach(self, station: Station) -> None:
        """Join ``station`` to the segment; frames that waited for somebody to acknowledge them go out."""
        if not station.attached:
            station.attached = True
            self._rewire((*self._stations, station))

    def detach(self, station: Station) -> None:
        """Take ``station`` off the segment.

        Its frame on the wire is completed, the rest of its queue is dropped.
        """
        if station.attached:
            self.flush(station)
            station.attached = False
            self._rewire(tuple(one for one in self._stations if one is not station))

    def submit(self, station: Station, message: Message) -> None:
        """Queue ``message``, which must not be modified afterwards; a station sends in order.

        Raises:
            PortError: the station is not on the segment, or only listens.
        """
        if not station.attached or station.listen_only:
            why = "only listens" if station.attached else "is not on the bus"
            raise PortError(f"twin channel {self.name!r}: {station.name} {why} and cannot send")
        key = arbitration_key(message.arbitration_id, message.is_extended_id, message.is_remote_frame)
        self._order = order = self._order + 1
        now = self.timeline.now
        queue = station.queue
        queue.append(_Pending(key, order, now, message))
        if len(queue) > 1:
            return
        heapq.heappush(self._heads, (key, order, station))
        if self._delivering:
            return
        if self._sender is None:
            self._arbitrate()
        elif now == self._start and key <= self._key:
            if key == self._key:
                self._contested = True
            else:
                self._give_way()
                self._arbitrate()

    def flush(self, station: Station) -> list[Message]:
        """Abort the frames of ``station`` that are not on the wire and return them in their order."""
        queue = station.queue
        aborted = list(queue)
        queue.clear()
        if station is self._sender:
            queue.append(aborted.pop(0))
        elif aborted:
            self._heads = [head for head in self._heads if head[2] is not station]
            heapq.heapify(self._heads)
        return [pending.message for pending in aborted]

    def _rewire(self, stations: tuple[Station, ...]) -> None:
        self._stations = stations
        self._acknowledging = sum(not station.listen_only for station in stations)
        if self._sender is None and not self._delivering:
            self._end = self.timeline.now
            self._arbitrate()

    def _give_way(self) -> None:
        """Take back a frame that began at this very instant: another one takes part in arbitration."""
        sender = self._sender
        if sender is not None:
            self._sender = None
            self._end = self._start
            first = sender.queue[0]
            heapq.heappush(self._heads, (first.key, first.order, sender))

    def _arbitrate(self) -> None:
        """Begin the dominant frame of those that wait; the bus is free."""
        heads = self._heads
        if not heads:
            return
        if self._acknowledging < 2:
            self.unacknowledged += 1
            return
        key, _, sender = heapq.heappop(heads)
        _, _, submitted, message = sender.queue[0]
        if message.is_remote_frame:
            bits = frame_bits(message.arbitration_id, b"", message.is_extended_id, remote_length=message.dlc)
        else:
            bits = frame_bits(message.arbitration_id, message.data, message.is_extended_id)
        # On wall time the bus has been free for a moment when the timeline gets here: a frame that
        # waited began in that past, so that lateness does not stretch the traffic.
        start = max(submitted, self._end)
        self._start = start
        self._end = end = Nanoseconds(start + bits * 1_000_000_000 // self.bitrate)
        self._key = key
        self._contested = bool(heads) and heads[0][0] == key
        self._sender = sender
        self.timeline.at(end, self._finish)

    def _finish(self) -> None:
        """End the frame on the wire, hand it over and begin the next."""
        sender = self._sender
        end = self._end
        if sender is None or self.timeline.now < end:
            return  # the end of a frame that gave way
        self._sender = None
        queue = sender.queue
        if self._acknowledging < (1 if not sender.attached else 2):
            self._lose_acknowledge(sender)
            return
        message = queue.popleft()[3]
        if queue:
            following = queue[0]
            heapq.heappush(self._heads, (following.key, following.order, sender))
        self.frames += 1
        self.simultaneous_same_id += self._contested
        self._busy_time.add(self._start, end)
        message.timestamp = to_seconds(end)
        # Who answers within the delivery takes part in the arbitration that follows it.
        self._delivering = True
        try:
            for station in self._stations:
                if station is not sender:
                    station.receive(end, message)
            sender.confirm(end, message)
        finally:
            self._delivering = False
            if self._heads:
                self._arbitrate()

    def _lose_acknowledge(self, sender: Station) -> None:
        """The last station that could acknowledge left during the frame."""
        if sender.attached:
            first = sender.queue[0]
            heapq.heappush(self._heads, (first.key, first.order, sender))
            self._arbitrate()
        else:
            sender.queue.clear()
            self.unacknowledged += 1


_media: dict[str, Medium] = {}
_lock = threading.Lock()


def free_name(name: str) -> str:
    """Return ``name``, or the first of ``name-2``, ``name-3``, ... when segments have taken those before."""
    with _lock:
        candidate, count = name, 1
        while candidate in _media:
            count += 1
            candidate = f"{name}-{count}"
        return candidate


def create(name: str, timeline: Timeline, bitrate: int = 500_000) -> Medium:
    """Make the segment that the channel ``name`` opens.

    Raises:
        PortError: the name is taken.
    """
    made = Medium(timeline, name, bitrate)
    with _lock:
        if _media.setdefault(name, made) is not made:
            raise PortError(f"twin channel {name!r} exists already: remove it first, or use another name")
    return made


def medium(name: str) -> Medium:
    """Find the segment of the channel ``name``.

    Raises:
        PortError: there is none; the message names those that exist.
    """
    found = _media.get(name)
    if found is None:
        raise PortError(
            f"twin channel {name!r} does not exist: only a rig with a twin makes one; "
            f"there is {', '.join(names()) or 'none'} now"
        )
    return found


def names() -> list[str]:
    """Names of the channels that can be opened now."""
    with _lock:
        return sorted(_media)


def remove(name: str) -> None:
    """Forget the channel ``name``; who has it open keeps it, nobody else finds it. Unknown names are fine."""
    with _lock:
        _media.pop(name, None)
