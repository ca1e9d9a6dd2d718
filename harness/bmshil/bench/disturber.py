"""The adapter that disturbs the bus on purpose: a second sender, a flood, a wrong bit rate."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bmshil.bench.duplicates import heard_at
from bmshil.bench.error_rate import count_frames
from bmshil.bms import Node, NodeSettings
from bmshil.errors import Inconclusive
from bmshil.journal import Frame
from bmshil.ports.capability import Capability
from bmshil.timeline import to_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.bench import Bench
    from bmshil.judge import Measurement
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds

DEPTH = 16
"""Frames of a flood that wait in the adapter, so that it never pauses: 1.5 ms of the shortest ones at
500 kbit/s, longer than an adapter on USB takes to ask for more."""

BLOCKER = Frame(0x001, b"\xff" * 8)
"""Wins over all other frames; no known dialect uses the identifier."""

EARLY = 0.2
"""A flood begins so much of the device's period before its next frame and ends as much after it."""

COLLISIONS = 16
"""Error flags that others hear until a controller that collides each time is error-passive: 128 / 8."""

LEAD = 0.005
"""How long before and after its planned slot a frame is waited for, s."""


class Disturber:
    """Disturbs the bus for a while and then only listens again, so that it never acknowledges for the device.

    Args:
        bench: lets time pass.
        port: of the role disturber.
    """

    def __init__(self, bench: Bench, port: CanPort) -> None:
        self._bench = bench
        self._port = port
        self._flood: Frame | None = None
        self._bitrate = port.bitrate
        port.subscribe_sent(self._follow)

    def rest(self) -> None:
        """Only listen, at the bit rate of the bus; an adapter that cannot just says nothing."""
        self._flood = None
        listens = Capability.LISTEN_ONLY in self._port.capabilities
        self._set(self._bitrate, listen_only=listens or self._port.listen_only)

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Take part in the traffic for a while, as a station like any other."""
        self._set(self._bitrate, listen_only=False)
        try:
            yield
        finally:
            self.rest()

    def listen(self, bitrate: int, over: float) -> tuple[int, int]:
        """Listen at a bit rate without disturbing anybody; frames and errors heard in so many seconds."""
        self._set(bitrate, listen_only=True)
        start = self._bench.seconds
        self._bench.run(over)
        heard = count_frames(self._bench.journal, self._port.name, start, self._bench.seconds)
        self.rest()
        return heard

    def bit_rate(self, tried: int, over: float) -> str:
        """Find out by listening only whether the bus has a bit rate.

        Returns:
            "500000 bit/s", "another bit rate than 500000 bit/s", or "silent".
        """
        frames, errors = self.listen(tried, over)
        if frames > errors:
            return f"{tried} bit/s"
        return f"another bit rate than {tried} bit/s" if errors else "silent"

    @contextmanager
    def flooding(self, frame: Frame) -> Iterator[None]:
        """Send one frame back to back for a while; only frames that win over it come through meanwhile."""
        with self.speaking():
            self._bench.stimulus(f"flood of {frame.label}, {len(frame.data)} bytes")
            self._start(frame)
            try:
                yield
            finally:
                self._flood = None
            self._bench.stimulus("the flood ends")

    @contextmanager
    def second_sender(self, pack: int, *, cvl: float) -> Iterator[None]:
        """Send what a pack sends, with another CVL (V), half a period later: a bank with two masters."""
        bench = self._bench
        node = Node(
            pack,
            bench.packs[pack],
            dialect=bench.rig.dialect,
            ids=bench.rig.ids,
            sender=self._port,
            timeline=bench.timeline,
            journal=bench.journal,
            settings=NodeSettings(start_up=0.0),
        )
        node.name = f"second sender of pack {pack}"
        node.limit(cvl=cvl, ccl=0.0, dcl=0.0)
        with self.speaking():
            node.start(phase=bench.bus.until_set(pack) + node.period / 2)
            try:
                yield
            finally:
                node.stop()

    def collide(self, pack: int) -> None:
        """Send a pack's limits with another value at the very instant at which the pack sends them.

        The bus is held until both frames wait for it, and then both begin.
        """
        bench = self._bench
        own = bench.bus.last_set(pack)
        with self.speaking():
            bench.run(bench.bus.until_set(pack) - LEAD)
            bench.stimulus(f"second sender of pack {pack}, at the same instant")
            self._start(BLOCKER)
            bench.run(2 * LEAD)
            self._flood = None
            other = own._replace(data=bytes([own.data[0] ^ 1, *own.data[1:]]))
            bench.timeline.call(lambda: self._port.send(other))
            bench.run(bench.bank[pack].period / 2)

    def drive_off(self, device: Frame, *, period: float) -> Measurement:
        """Let every frame that the device sends collide, until its controller leaves the bus.

        The flood has the device's identifier and no data. Its length field is dominant where the device's is
        not, so that the device is the one that reads an error, each time it tries. It begins shortly before
        the device's next frame.

        Args:
            device: a frame that the device sends by itself.
            period: of that frame, s.

        Returns:
            Errors on the bus that it took.

        Raises:
            Inconclusive: the device was heard in spite of it, or nothing collided.
        """
        bench = self._bench
        keepalive = bench.bus.keepalive
        if keepalive.last is None:
            raise Inconclusive("the device was never heard: there is nothing to collide with")
        ahead = to_seconds(keepalive.last) + period - bench.seconds - EARLY * period
        bench.run(ahead % period)
        start = bench.seconds
        with self.flooding(device._replace(data=b"")):
            bench.run(2 * EARLY * period)
        heard = heard_at(bench.journal, bench.bus.ears, start, bench.seconds)
        own = [one for one in heard if one is not None and one[1] == (device.id, device.extended) and one[2]]
        _, errors = bench.bus.traffic(since=start)
        if own or float(errors.value) < COLLISIONS:
            raise Inconclusive(
                f"the device was not driven off the bus: {len(own)} of its frames came through and "
                f"{errors.value:g} collided, {COLLISIONS} are needed"
            )
        return errors

    def _start(self, frame: Frame) -> None:
        def run() -> None:
            self._flood = frame
            for _ in range(DEPTH):
                self._port.send(frame)

        self._bench.timeline.call(run)

    def _follow(self, _when: Nanoseconds, frame: Frame) -> None:
        if frame == self._flood:
            self._port.send(frame)

    def _set(self, bitrate: int, *, listen_only: bool) -> None:
        port = self._port
        if (port.bitrate, port.listen_only) != (bitrate, listen_only):
            port.reopen(bitrate=bitrate, listen_only=listen_only)
