"""The slcan adapter of the twin under python-can's own driver, on a bus of 500 kbit/s that is full.

Twin and host are two processes, as an adapter and a computer are. Every frame carries a number, so that a
loss is seen whoever lost it. Towards the host the bus is kept full; from the host frames come as fast as the
bus can take them, because slcan has no flow control: a host that sends faster loses frames in a real adapter
too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import can

from bmshil.timeline import WallTimeline
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bits import frame_bits
from bmshil.twin.canbus.bus import TwinBus

SECONDS = 10.0
TARGET = 4000
BITRATE = 500_000
CHANNEL = "slcan"
AHEAD = 1000  # frames queued on the bus side: a quarter of a second
REFILL = 0.05  # s
PACE = 1.005  # the host's distance of two frames, as a multiple of what they take on the bus
BURST = 0.005  # s; a host that was late makes up for no more than this
LIMIT = 10.0  # s; for what should take no time
DATA, END = 0x351, 0x7FF
FILLING = bytes.fromhex("C53A5CA335CA")  # with the number in front few stuff bits, as in most real traffic
QUICK: dict[str, Any] = {"seconds": 0.5}


def figures(*, seconds: float = SECONDS) -> dict[str, Any]:
    """Measure both directions.

    Args:
        seconds: how long each of them, s.

    Returns:
        For each direction frames, frames/s, lost frames, bus load, and the share of a core that twin and host
        used.
    """
    to_host = _measure("read", seconds)
    from_host = _measure("write", seconds)
    return {
        "what": f"python-can's slcan driver on a full bus of {BITRATE} bit/s, two processes, wall time",
        "target_frames_per_s": TARGET,
        "to_host": to_host,
        "from_host": from_host,
        "met": all(one["frames_per_s"] >= TARGET and not one["lost"] for one in (to_host, from_host)),
    }


def _measure(direction: str, seconds: float) -> dict[str, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        timeline = WallTimeline()
        stack.callback(timeline.close)
        medium = can_medium.create(CHANNEL, timeline, BITRATE)
        stack.callback(can_medium.remove, CHANNEL)
        adapter = SlcanAdapter(medium, folder / "canable", timeline=timeline)
        adapter.start()
        stack.callback(adapter.stop)
        bus = stack.enter_context(TwinBus(CHANNEL))
        tally = Tally()
        bus.on_frame = lambda _when, message: tally.take(message)
        host = subprocess.Popen(  # noqa: S603 - this very file
            [sys.executable, __file__, "--host", direction, str(adapter.link), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(host.kill)
        if not timeline.until(lambda: len(medium.stations) == 2, LIMIT):
            raise RuntimeError("the host did not open the adapter")
        busy, begin = time.process_time(), time.perf_counter()
        if direction == "read":
            _fill(timeline, bus, seconds)
        elif not timeline.until(lambda: tally.ended, seconds + LIMIT):
            raise RuntimeError("the host did not send its last frame")
        span = time.perf_counter() - begin
        busy = time.process_time() - busy
        load = timeline.call(lambda: medium.load(span))
        output, _ = host.communicate(timeout=LIMIT)
        told = json.loads(output)
        heard = told if direction == "read" else tally.figures()
        return {
            "frames": heard["frames"],
            "frames_per_s": round(heard["frames"] / heard["span_s"], 1),
            "lost": heard["lost"],
            "lost_by_the_adapter": adapter.counters.overruns,
            "bus_load": round(load, 4),
            "twin_cpu_share": round(busy / span, 3),
            "host_cpu_share": round(told["cpu_share"], 3),
        }


def _fill(timeline: WallTimeline, bus: TwinBus, seconds: float) -> None:
    """Keep the bus full, then send the last frame."""
    sent = 0

    def refill() -> None:
        nonlocal sent
        for _ in range(AHEAD - bus.pending):
            bus.send(numbered(sent))
            sent += 1

    filling = timeline.every(REFILL, refill)
    timeline.run(seconds)
    filling.cancel()
    bus.send(can.Message(arbitration_id=END, is_extended_id=False))
    if not timeline.until(lambda: not bus.pending, LIMIT):
        raise RuntimeError("the bus did not come to an end")


class Tally:
    """Counts numbered frames and those that are missing between them.

    Attributes:
        ended: whether the last frame has come.
    """

    def __init__(self) -> None:
        self.ended = False
        self._frames = 0
        self._lost = 0
        self._begin = 0.0
        self._end = 0.0

    def take(self, message: can.Message) -> None:
        """Count a frame."""
        if message.arbitration_id == END:
            self.ended = True
            return
        if message.arbitration_id != DATA:
            raise RuntimeError(f"a frame that nobody sent: {message}")
        self._end = time.perf_counter()
        if not self._frames:
            self._begin = self._end
        number = int.from_bytes(message.data[:2], "big")
        self._lost += (number - self._frames - self._lost) % 65_536
        self._frames += 1

    def figures(self) -> dict[str, float]:
        """Return frames, missing frames, and the seconds from the first to the last."""
        return {"frames": self._frames, "lost": self._lost, "span_s": self._end - self._begin}


def numbered(number: int) -> can.Message:
    """Make the data frame with this number."""
    return can.Message(
        arbitration_id=DATA, is_extended_id=False, data=(number % 65_536).to_bytes(2, "big") + FILLING
    )


def _host(direction: str, link: str, seconds: float) -> dict[str, float]:
    """Be the host: python-can and nothing else."""
    with can.Bus(
        interface="slcan", channel=link, bitrate=BITRATE, sleep_after_open=0, ignore_config=True
    ) as bus:
        busy, begin = time.process_time(), time.perf_counter()
        told = _read(bus) if direction == "read" else _write(bus, seconds)
        share = (time.process_time() - busy) / (time.perf_counter() - begin)
        sys.stdin.read()  # closing the channel would drop what has not been sent yet
        return {**told, "cpu_share": share}


def _read(bus: can.BusABC) -> dict[str, float]:
    tally = Tally()
    while not tally.ended and (message := bus.recv(LIMIT)) is not None:
        tally.take(message)
    return tally.figures()


def _write(bus: can.BusABC, seconds: float) -> dict[str, float]:
    notifier = can.Notifier(bus, [])  # reads the adapter's replies, as in any real program
    begin = due = time.perf_counter()
    number = 0
    while due < begin + seconds:
        message = numbered(number)
        bus.send(message)
        number += 1
        due += PACE * frame_bits(DATA, message.data) / BITRATE
        now = time.perf_counter()
        if due > now:
            time.sleep(due - now)
        else:
            due = max(due, now - BURST)
    bus.send(can.Message(arbitration_id=END, is_extended_id=False))
    notifier.stop()
    return {"sent": number}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", nargs=3, metavar=("DIRECTION", "LINK", "SECONDS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.host is None:
        print(json.dumps(figures(), indent=2))
    else:
        print(json.dumps(_host(options.host[0], options.host[1], float(options.host[2]))))
