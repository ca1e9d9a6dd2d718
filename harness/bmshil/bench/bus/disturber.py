"""The adapter that disturbs the bus on purpose: a second sender, a flood, a wrong bit rate."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bmshil.bench.bus.duplicates import heard_at
from bmshil.bench.bus.error_rate import count_frames
from bmshil.bench.bus.reached import Reached
from bmshil.bms import Node, NodeSettings
from bmshil.errors import Inconclusive
from bmshil.journal import Frame
from bmshil.ports.capability import Capability

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.bench.bench import Bench
    from bmshil.judge import Measurement
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds

DEPTH = 16
"""Frames of a flood that wait in port and adapter, so that the bus pauses as little as possible: 3 ms of
frames with 7 bytes at 500 kbit/s, longer than an adapter on USB takes to ask for more."""

BLOCKER = Frame(0x000, b"\xff" * 8)
"""Wins over all other frames, also over those of 29 bits, whose first 11 bits are 0 below 0x40000; no known
dialect uses the identifier."""

FLOODS = 16
"""So many times it is tried to drive a device off the bus."""

EARLY = 0.2
"""A flood begins so much of the device's period before its next frame and ends as much after it."""

EARLIER = 0.011
"""How much of the period each further flood begins earlier."""

COLLISIONS = 16
"""Error flags that others hear until a controller that collides each time is error-passive: 128 / 8."""

RATES = (1_000_000, 500_000, 250_000, 125_000)
"""Bit rates that a device may have been set to by mistake, bit/s; all are among those of CiA 301."""

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
        self._sender = Reached(port, bench.timeline)
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

    def say(self, frame: Frame) -> None:
        """Send one frame; only while :meth:`speaking`."""
        self._bench.timeline.call(lambda: self._sender.send(frame))

    def account(self, since: float) -> None:
        """Hold what was sent since ``since``, s, against what was heard: what is missing is the rig's fault.

        A device that was disturbed by nothing has not been asked anything.
        """
        missing = self._sender.missing(self._bench.journal, self._bench.bus.ears, since)
        if missing:
            self._bench.journal.event("lost_frame", self._port.name, what="not heard", cause=missing)

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

    def device_bit_rate(self, over: float) -> int | None:
        """Find out by listening only at which bit rate the device speaks; the bank must be silent.

        A device at another bit rate than the bus has nobody to acknowledge its frames. Once it and all who
        disturbed it are error-passive, its frames come through where somebody listens at its bit rate.

        Args:
            over: how long to listen at each bit rate, s; the bus's own comes first.

        Returns:
            bit/s; None when it is silent at every bit rate.
        """
        for tried in dict.fromkeys((self._bitrate, *RATES)):
            start = self._bench.seconds
            self.listen(tried, over)
            heard = heard_at(self._bench.journal, self._port.name, start, self._bench.seconds)
            if any(one is not None and self._bench.rig.ids.owner(*one[1]) is None for one in heard):
                return tried
        return None

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
    def second_sender(self, pack: int, *, cvl: float, ccl: float = 0.0) -> Iterator[None]:
        """Send what a pack sends, with other limits (V, A), half a period later: a bank with two masters."""
        bench = self._bench
        node = Node(
            pack,
            bench.packs[pack],
            dialect=bench.rig.dialect,
            ids=bench.rig.ids,
            sender=self._sender,
            timeline=bench.timeline,
            journal=bench.journal,
            settings=NodeSettings(start_up=0.0),
        )
        node.name = f"second sender of pack {pack}"
        node.limit(cvl=cvl, ccl=ccl, dcl=0.0)
        if bench.rig.dialect.asks:
            self._port.subscribe(lambda _when, frame: node.hear(frame, node.period / 2))
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
            bench.timeline.call(lambda: self._sender.send(other))
            bench.run(bench.bank[pack].period / 2)

    def drive_off(self, device: Frame, *, period: float) -> Measurement:
        """Let every frame that the device sends collide, until its controller leaves the bus.

        The flood has the device's identifier and one byte less. So its length field is dominant at the first
        bit that differs, and the device is the one that reads an error, each time it tries. A flood begins
        shortly before the device's next frame. Where the device comes through, because the adapter paused,
        its error counter has risen all the same, and the next flood raises it further.

        Args:
            device: a frame that the device sends by itself, with at least one byte.
            period: of that frame, s.

        Returns:
            Errors on the bus that it took; its end is that of the last flood.

        Raises:
            Inconclusive: the device was never heard, was heard in spite of it, or nothing collided.
        """
        bench = self._bench
        start = bench.seconds
        for attempt in range(FLOODS):
            own = bench.bus.own_frames(device, since=bench.seconds - 3 * period)
            if not own:
                raise Inconclusive(
                    f"the device was not heard with {device.label}: there is nothing to collide with"
                )
            # Each a little earlier than the one before, so that pauses of the adapter fall elsewhere.
            early = (EARLY + EARLIER * attempt) * period
            bench.run((own[-1] - early - bench.seconds) % period)
            began = bench.seconds
            with self.flooding(device._replace(data=bytes(len(device.data) - 1))):
                bench.run(early + EARLY * period)
                _, errors = bench.bus.traffic(since=start)
            through = [when for when in bench.bus.own_frames(device, since=began) if when <= errors.end]
            if not through and float(errors.value) >= COLLISIONS:
                return errors
        raise Inconclusive(
            f"the device was not driven off the bus: {errors.value:g} collisions in {FLOODS} floods, and "
            f"{len(through)} of its frames came through the last one"
        )

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
