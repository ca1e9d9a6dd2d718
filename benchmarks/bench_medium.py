"""How much faster than real time the twin's CAN medium runs, on simulated time.

``figures`` returns medians of five rounds, in microseconds of wall time per frame. The peer is
python-can's own ``virtual`` interface in the same run, which knows neither time nor arbitration.

``saturation`` is the whole way of a frame into the house: a full bus, three receiving ports and the journal
on disk, with error counters. Its target is 20 times real time above 99 % bus load.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import can

from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bits import frame_bits
from bmshil.twin.canbus.bus import TwinBus

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
FRAMES = 8_000  # about two seconds of a full bus
BATCH = 100
REFILL = 0.02  # s; at most 91 frames of eight bytes fit in between at 500 kbit/s
AHEAD = 128
CHANNEL = "bench"
QUICK = {"rounds": 1, "frames": 400}
# Six Pylontech messages of a US5000, so that stuffing is that of real traffic
TRAFFIC = [
    can.Message(arbitration_id=identifier, is_extended_id=False, data=bytes.fromhex(data))
    for identifier, data in [
        (0x351, "3002E80300E80300"),
        (0x355, "620063001E000000"),
        (0x356, "A213CEFFE6000000"),
        (0x359, "0000000001504E00"),
        (0x35C, "C000000000000000"),
        (0x35E, "50594C4F4E202020"),
    ]
]


def figures(*, rounds: int = ROUNDS, frames: int = FRAMES) -> dict[str, float]:
    """Measure the medium and its peer in turns.

    Args:
        rounds: how often each variant is measured; the median counts.
        frames: frames of one measurement, a multiple of BATCH.
    """
    variants: dict[str, Callable[[], dict[str, float]]] = {
        "frame_bits": lambda: _frame_bits(frames),
        "send_and_recv": lambda: _send_and_recv(frames),
        "one_receiver": lambda: _saturate(1, frames),
        "three_receivers": lambda: _saturate(3, frames),
        "three_direct_receivers": lambda: _saturate(3, frames, direct=True),
        "saturation": lambda: _saturation(frames),
        "saturation_noisy": lambda: _saturation(frames, noise=0.01),
        "virtual_one_receiver": lambda: _virtual(1, frames),
        "virtual_three_receivers": lambda: _virtual(3, frames),
    }
    measured: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, measure in variants.items():
            for quantity, value in measure().items():
                measured.setdefault(f"{name}_{quantity}", []).append(value)
    return {name: round(median(values), 4) for name, values in measured.items()}


def _per_frame(begin: float, frames: int) -> float:
    return (time.perf_counter() - begin) / frames * 1e6


def _frame_bits(frames: int) -> dict[str, float]:
    data = TRAFFIC[0].data
    begin = time.perf_counter()
    for _ in range(frames):
        frame_bits(0x351, data)
    return {"us_per_frame": _per_frame(begin, frames)}


def _send_and_recv(frames: int) -> dict[str, float]:
    """Send a batch, let it pass, receive it: what a test does."""
    timeline = SimulatedTimeline()
    can_medium.create(CHANNEL, timeline)
    with TwinBus(CHANNEL) as sender, TwinBus(CHANNEL) as receiver:
        begin = time.perf_counter()
        for _ in range(frames // BATCH):
            for number in range(BATCH):
                sender.send(TRAFFIC[number % 6])
            for _ in range(BATCH):
                if receiver.recv(1.0) is None:
                    raise RuntimeError("a frame was lost on the medium")
        taken = _per_frame(begin, frames)
    can_medium.remove(CHANNEL)
    return {"us_per_frame": taken}


class _Reader:
    """A port that is polled after each event."""

    def __init__(self, bus: TwinBus) -> None:
        self.bus = bus
        self.received = 0

    def poll(self) -> None:
        while self.bus.recv(0) is not None:
            self.received += 1

    def wait(self, timeout: float) -> bool:
        raise NotImplementedError(f"only wall time waits {timeout} s")

    def take(self, _when: int, _message: can.Message) -> None:
        self.received += 1


def _saturate(receivers: int, frames: int, *, direct: bool = False) -> dict[str, float]:
    """Keep one sender's queue filled; the receivers are ports, or devices inside the twin."""
    timeline = SimulatedTimeline()
    medium = can_medium.create(CHANNEL, timeline)
    sender = TwinBus(CHANNEL)
    readers = [_Reader(TwinBus(CHANNEL)) for _ in range(receivers)]
    for reader in readers:
        if direct:
            reader.bus.on_frame = reader.take
        else:
            timeline.add_source(reader)

    def refill() -> None:
        for number in range(AHEAD - sender.pending):
            sender.send(TRAFFIC[number % 6])

    timeline.every(REFILL, refill)
    begin = time.perf_counter()
    timeline.run(frames / 4_000)
    taken = time.perf_counter() - begin
    if any(reader.received != medium.frames for reader in readers):
        raise RuntimeError("a frame was lost on the medium")
    result = {
        "us_per_frame": taken / medium.frames * 1e6,
        "bus_load": medium.load(timeline.seconds),
        "times_real_time": timeline.seconds / taken,
    }
    for bus in (sender, *(reader.bus for reader in readers)):
        bus.shutdown()
    can_medium.remove(CHANNEL)
    return result


def _saturation(frames: int, *, noise: float = 0.0) -> dict[str, float]:
    """Fill the bus before three ports that write a journal; ``noise`` destroys that share of the frames."""
    timeline = SimulatedTimeline()
    medium = can_medium.create(CHANNEL, timeline)
    if noise:
        medium.disturbance = lambda _bits: noise
    sender = TwinBus(CHANNEL)
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(timeline, Path(folder))
        ports = [
            CanPort(
                timeline, journal, role=role, interface="twin", channel=CHANNEL, listen_only=role == "witness"
            )
            for role in ("emulator", "witness", "disturber")
        ]
        for port in ports:
            port.open()

        def refill() -> None:
            for number in range(AHEAD - sender.pending):
                sender.send(TRAFFIC[number % 6])

        timeline.every(REFILL, refill)
        begin = time.perf_counter()
        timeline.run(frames / 4_000)
        journal.flush()
        taken = time.perf_counter() - begin
        if any(port.health.received != medium.frames for port in ports):
            raise RuntimeError("a frame was lost between the medium and a port")
        result = {
            "us_per_frame": taken / medium.frames * 1e6,
            "bus_load": medium.load(timeline.seconds),
            "times_real_time": timeline.seconds / taken,
            "error_frames": float(medium.error_frames),
        }
        for port in ports:
            port.close()
        journal.close()
    sender.shutdown()
    can_medium.remove(CHANNEL)
    return result


def _virtual(receivers: int, frames: int) -> dict[str, float]:
    """Do the same on python-can's own bus in the process."""
    sender = can.Bus(interface="virtual", channel=CHANNEL, ignore_config=True)
    buses = [can.Bus(interface="virtual", channel=CHANNEL, ignore_config=True) for _ in range(receivers)]
    begin = time.perf_counter()
    for _ in range(frames // BATCH):
        for number in range(BATCH):
            sender.send(TRAFFIC[number % 6])
        for bus in buses:
            for _ in range(BATCH):
                if bus.recv(0) is None:
                    raise RuntimeError("a frame was lost on the virtual bus")
    taken = _per_frame(begin, frames)
    for bus in (sender, *buses):
        bus.shutdown()
    return {"us_per_frame": taken}


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2))
