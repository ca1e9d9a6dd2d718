"""The serial lines of this process, by the name that ``twin://NAME`` opens, and the stations on them."""

import threading
from collections.abc import Callable

from bmshil.errors import PortError
from bmshil.timeline import Nanoseconds, Timeline
from bmshil.twin.serialbus.uart import Burst, heard

DEFAULT_BAUD = 9600
"""What inverters use that ask for 0x61, 0x62 and 0x63."""


class SerialMedium:
    """Two wires: one drives them, all others hear. Those who drive at once garble each other.

    Args:
        timeline: gives the bytes their time.
        name: of the line.

    Attributes:
        timeline: as given.
        name: as given.
        owner: the thread that may use it on simulated time.
        collisions: how often a message began while another was on the line.
        bytes_carried: by all stations.
    """

    def __init__(self, timeline: Timeline, name: str) -> None:
        self.timeline = timeline
        self.name = name
        self.owner = threading.get_ident()
        self.collisions = 0
        self.bytes_carried = 0
        self._stations: list[SerialStation] = []
        self._driving: list[tuple[SerialStation, Burst]] = []

    def attach(self, station: "SerialStation") -> None:
        """Add a station; call it on the timeline."""
        self._stations.append(station)

    def detach(self, station: "SerialStation") -> None:
        """Take a station away; unknown ones are fine."""
        if station in self._stations:
            self._stations.remove(station)

    def drive(self, station: "SerialStation", burst: Burst) -> None:
        """Take a message that begins now or later; call it on the timeline."""
        self.bytes_carried += len(burst.data)
        self.timeline.at(Nanoseconds(burst.start), lambda: self._begin(station, burst))

    def _begin(self, station: "SerialStation", burst: Burst) -> None:
        if not station.connected:
            return
        self._finish()  # of those that end as this one begins
        self.collisions += bool(self._driving)
        self._driving.append((station, burst))
        self.timeline.at(Nanoseconds(burst.end), self._finish)

    def _finish(self) -> None:
        """A message ends: all hear it, unless others still drive."""
        if not self._driving or any(burst.end > self.timeline.now for _, burst in self._driving):
            return
        said, self._driving = self._driving, []
        speakers = [station for station, _ in said]
        bursts = [burst for _, burst in said]
        for station in tuple(self._stations):
            if station.connected and station not in speakers and (data := heard(bursts, station.baud)):
                station.hear(self.timeline.now, data)


class SerialStation:
    """Something with a transceiver on the line: an inverter, an adapter.

    Args:
        medium: the line.
        hear: gets ``(when, data)`` on the timeline, at the end of each message of others.
        baud: bit/s; what comes at another speed is garbled.

    Attributes:
        hear: as given.
        baud: bit/s.
        connected: whether it is plugged in; it hears nothing otherwise, and nobody hears it.
    """

    def __init__(
        self,
        medium: SerialMedium,
        hear: Callable[[Nanoseconds, bytes], object],
        *,
        baud: int = DEFAULT_BAUD,
    ) -> None:
        self.hear = hear
        self.baud = baud
        self.connected = True
        self._medium = medium
        self._free_at = 0
        medium.attach(self)

    def send(self, data: bytes) -> None:
        """Speak, as soon as what it said before is out; call it on the timeline. Never blocks."""
        if data:
            burst = Burst(data, max(self._medium.timeline.now, self._free_at), self.baud)
            self._free_at = burst.end
            self._medium.drive(self, burst)

    def close(self) -> None:
        """Leave the line. May be called twice."""
        self.connected = False
        self._medium.detach(self)


_media: dict[str, SerialMedium] = {}
_lock = threading.Lock()


def free_name(name: str) -> str:
    """Return ``name``, or the first of ``name-2``, ``name-3``, ... when lines have taken those before."""
    with _lock:
        candidate, count = name, 1
        while candidate in _media:
            count += 1
            candidate = f"{name}-{count}"
        return candidate


def create(name: str, timeline: Timeline) -> SerialMedium:
    """Make the line that ``twin://NAME`` opens.

    Raises:
        PortError: the name is taken.
    """
    made = SerialMedium(timeline, name)
    with _lock:
        if _media.setdefault(name, made) is not made:
            raise PortError(f"twin line {name!r} exists already: remove it first, or use another name")
    return made


def medium(name: str) -> SerialMedium:
    """Find a line.

    Raises:
        PortError: there is none; the message names those that exist.
    """
    found = _media.get(name)
    if found is None:
        there = ", ".join(sorted(_media)) or "none"
        raise PortError(
            f"twin line {name!r} does not exist: only a rig with a twin makes one; there is {there} now"
        )
    return found


def remove(name: str) -> None:
    """Forget a line; who has it open keeps it, nobody else finds it. Unknown names are fine."""
    with _lock:
        _media.pop(name, None)
