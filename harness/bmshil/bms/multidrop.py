"""The pair of wires between packs, or between the bank and an inverter that asks over RS485."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from bmshil.bms.transmission import Clump, Transmission
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, Timeline, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable


class Station(Protocol):
    """Something with a transceiver on the wires."""

    def hear(self, when: Nanoseconds, data: bytes) -> object:
        """Take in what others have said; called on the timeline when the last byte has arrived."""


class Wire(Protocol):
    """A line outside this process that the wires lead to: a serial port."""

    def send(self, data: bytes) -> object:
        """Put bytes on it; the line itself takes their time."""

    def subscribe(self, hear: Callable[[Nanoseconds, bytes], object]) -> object:
        """Have what comes in handed over."""

    def retune(self, baud: int) -> object:
        """Go on at another speed."""


class Multidrop:
    """Two wires with any number of stations: half duplex, one speaks and all others hear.

    A byte takes 10 bit times. Who speaks while somebody else does garbles both: the bytes are combined by AND
    as long as both drive, which is how two open transceivers end in the field, and heard as one message when
    the last of them is silent. A station hears nothing while it speaks. There is one event per message.

    With a port the wires go on outside. A message is given to the port when it begins, because the line
    behind it takes the time of its bytes once more, and all that overlaps and is known by then goes out
    garbled in one piece. Somebody who joins in later is counted, but of his only what is left goes out.

    Args:
        timeline: gives the time.
        name: of the line, for messages.
        baud: bit/s.
        port: the line outside; None for wires between emulated packs alone.

    Attributes:
        name: as given.
        baud: bit/s.
        collisions: how often a message met another on the wires.
        bytes_carried: by all stations, the garbled ones too.

    Raises:
        InputError: a line without speed.
    """

    def __init__(self, timeline: Timeline, *, name: str, baud: int, port: Wire | None = None) -> None:
        if baud <= 0:
            raise InputError(f"line {name}: {baud} bit/s is no speed: give one above zero")
        self.name = name
        self.baud = baud
        self.collisions = 0
        self.bytes_carried = 0
        self._timeline = timeline
        self._port = port
        self._connected: dict[Station, bool] = {}
        self._hearing: tuple[Station, ...] = ()
        self._free_at: dict[Station, int] = {}
        self._clumps: list[Clump] = []
        if port is not None:
            port.subscribe(self._from_outside)

    @property
    def stations(self) -> tuple[Station, ...]:
        """The stations that are plugged in."""
        return self._hearing

    def attach(self, station: Station, *, connected: bool = True) -> None:
        """Add a station; ``connected`` says whether it is plugged in at first.

        Raises:
            InputError: it is on the line already.
        """
        if station in self._connected:
            raise InputError(f"line {self.name}: this station is attached already: use connect to plug it in")
        self._connected[station] = connected
        self._settle()

    def connect(self, station: Station, connected: bool) -> None:
        """Plug a station in or out; unplugged it hears nothing, and nobody hears it.

        Raises:
            InputError: it was never attached.
        """
        self._known(station)
        self._connected[station] = connected
        self._settle()

    def retune(self, baud: int) -> None:
        """Let all stations, and the line outside, go on at another speed; call it on the timeline."""
        self.baud = baud
        if self._port is not None:
            self._port.retune(baud)

    def send(self, station: Station, data: bytes, after: float = 0.0) -> None:
        """Speak ``after`` seconds from now, at the earliest when the station's own message before is out.

        Call it on the timeline.

        Raises:
            InputError: the station was never attached.
        """
        if not (self._known(station) and data):
            return
        now = self._timeline.now
        start = max(now + to_ns(after) if after else now, self._free_at.get(station, 0))
        said = Transmission(station, data, start, self.baud)
        self._free_at[station] = said.end
        self.bytes_carried += len(data)
        clump = self._join(said)
        if self._port is not None:
            self._timeline.at(Nanoseconds(start), partial(self._hand_out, said))
        self._timeline.at(Nanoseconds(said.end), partial(self._finish, clump))

    def _join(self, said: Transmission) -> Clump:
        """Put a message among those on the wires; what overlaps becomes one clump."""
        clump = Clump(said)
        if self._clumps:
            apart: list[Clump] = []
            for other in self._clumps:
                if other.start < clump.end and clump.start < other.end:
                    self.collisions += 1
                    other.absorb(clump)
                    clump = other
                else:
                    apart.append(other)
            self._clumps = apart
        self._clumps.append(clump)
        return clump

    def _finish(self, clump: Clump) -> None:
        """A message ends: all hear it, unless another goes on."""
        clump = clump.whole
        if clump.done or clump.end > self._timeline.now:
            return
        clump.done = True
        self._clumps.remove(clump)
        self._spread(clump.heard(), clump.speakers)

    def _spread(self, data: bytes, speakers: tuple[object, ...] = ()) -> None:
        now = self._timeline.now
        for station in self._hearing:
            if station not in speakers:
                station.hear(now, data)

    def _hand_out(self, said: Transmission) -> None:
        """A message begins: give the port what it has not got of it."""
        clump = next((one for one in self._clumps if said in one.parts), None)
        if self._port is not None and clump is not None and (data := clump.take()):
            self._port.send(data)

    def _from_outside(self, _when: Nanoseconds, data: bytes) -> None:
        self._spread(data)

    def _known(self, station: Station) -> bool:
        """Whether a station is plugged in."""
        connected = self._connected.get(station)
        if connected is None:
            raise InputError(f"line {self.name}: this station is not attached: attach it first")
        return connected

    def _settle(self) -> None:
        self._hearing = tuple(station for station, connected in self._connected.items() if connected)
