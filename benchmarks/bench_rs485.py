"""The emulated battery on Pylontech RS485: mutated requests, and polls of 0x61 over a pseudo-terminal.

Battery and host are two processes, as a battery and an inverter are. The line between them is the twin's,
where every byte takes its time at 115200 bit/s: request and reply alone need 11.6 ms of the 20 that are the
target, and the battery leaves 2 ms between them. What is above that the machine needs.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import serial

from bmshil.bms.multidrop import Multidrop
from bmshil.bms.rs485.pylontech_slave import PylontechSlave
from bmshil.dialects import Report
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import Command, request, set_points
from bmshil.dialects.pylontech_rs485.set_points import SetPoints
from bmshil.journal import Journal
from bmshil.ports import SerialPort
from bmshil.timeline import Nanoseconds, WallTimeline
from bmshil.twin.serialbus import SerialAdapter, create, remove

if TYPE_CHECKING:
    from bmshil.bms.multidrop import Station

REQUESTS = 100_000
POLLS = 100_000
BAUD = 115_200
TARGET = 20.0  # ms
PATIENCE = 0.5  # s; what hosts wait for a reply by the documents of Pace and Seplos
SEED = 485
LINE = "bench-rs485"
QUICK: dict[str, Any] = {"requests": 500, "polls": 30}

POLL = b"~200246610000FDAB\r"
# 49.5 V, -12.50 A, 80 %, 31 cycles, 99 %, cells 3.301 and 3.299 V of module 1, 23.0 degC everywhere
REPLY = (
    b"~200246008062C15CFB1E50001F001F63630CE501010CE3010F"
    b"0B910B9101010B9101010B910B9101010B9101010B910B9101010B910101E91A\r"
)

REPORT = Report(53.25, 37.0, 37.0, 47.0, 0.8, 0.99, 49.5, -12.5, 23.0, 3.301, 3.299, capacity=74.0)
PACK = PackData(1, REPORT, (3.301, *(3.3,) * 13, 3.299), (23.0,) * 5, 59.2, cycles=31)


def figures(*, requests: int = REQUESTS, polls: int = POLLS) -> dict[str, Any]:
    """Measure both.

    Args:
        requests: mutated requests to survive.
        polls: of 0x61, one after the other.

    Returns:
        Exceptions and wrong checksums accepted; wrong and missing replies; the time from the first byte of a
        request to the last byte of its reply, ms.
    """
    survived = _mutate(requests)
    polled = _poll(polls)
    return {
        "what": f"Pylontech RS485 battery: mutated requests, and 0x61 at {BAUD} bit/s on a pseudo-terminal",
        "target_ms": TARGET,
        "mutated": survived,
        "polled": polled,
        "met": not survived["exceptions"]
        and not survived["wrong_checksums_accepted"]
        and not polled["wrong"]
        and not polled["missing"]
        and polled["max_ms"] <= TARGET,
    }


class Ear:
    """A line that keeps what the battery says."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def attach(self, station: Station) -> None:
        """One battery, and nobody else."""

    def connect(self, station: Station, connected: bool) -> None:
        """It stays plugged in."""

    def send(self, _station: Station, data: bytes, after: float = 0.0) -> None:  # noqa: ARG002 - as lines do
        """Keep it."""
        self.said.append(data)


def _mutate(count: int) -> dict[str, Any]:
    chance = random.Random(SEED)
    sound = [request(command, address) for command in Command for address in (2, 3, 0x12)]
    sound += [set_points.request(SetPoints(52.0, 48.0, 20.0, 20.0), 2)]
    sound += [request(Command.ANALOG, 2, all_packs=True)]
    ear = Ear()
    slave = PylontechSlave(ear, lambda: [PACK, PACK], places=2)
    exceptions = accepted = answered = 0
    begin = time.perf_counter()
    for number in range(count):
        sent = _mutation(bytearray(chance.choice(sound)), chance)
        ear.said.clear()
        try:
            # The carriage return ends what the request before has left open.
            slave.hear(Nanoseconds(number), b"\r")
            ear.said.clear()
            slave.hear(Nanoseconds(number), sent)
        except Exception:  # noqa: BLE001 - counted
            exceptions += 1
        answered += bool(ear.said)
        good = sum(map(_checksum_is_right, _frames(sent)))
        accepted += sum(said[7:9] == b"00" for said in ear.said) > good
    took = time.perf_counter() - begin
    return {
        "requests": count,
        "exceptions": exceptions,
        "wrong_checksums_accepted": accepted,
        "answered": answered,
        "us_each": round(took / count * 1e6, 1),
    }


def _mutation(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) or 1)
        kind = chance.randrange(6)
        if kind == 0:
            data[at : at + 1] = chance.randbytes(1)
        elif kind == 1:
            data[at : at + 1] = bytes([chance.choice(b"0123456789ABCDEF")])
        elif kind == 2:
            del data[at : at + 1]
        elif kind == 3:
            data[at:at] = data[at : at + 3]
        elif kind == 4:
            data[at:at] = chance.randbytes(chance.randint(1, 4))
        else:
            del data[at + 6 :]
    return bytes(data)


def _frames(sent: bytes) -> list[bytes]:
    return [part[part.rindex(b"~") :] + b"\r" for part in sent.split(b"\r")[:-1] if b"~" in part]


def _checksum_is_right(data: bytes) -> bool:
    """As the document words it: sum the characters, invert, add one, 16 bits."""
    try:
        return (~sum(data[1:-5]) + 1) & 0xFFFF == int(data[-5:-1].decode("ascii"), 16)
    except ValueError:
        return False


def _poll(count: int) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        timeline = WallTimeline()
        stack.callback(timeline.close)
        if "bmshil.twin.serialbus" not in serial.protocol_handler_packages:
            serial.protocol_handler_packages.append("bmshil.twin.serialbus")
        medium = create(LINE, timeline)
        stack.callback(remove, LINE)
        adapter = SerialAdapter(medium, folder / "rs485", baud=BAUD)
        adapter.start()
        stack.callback(adapter.stop)
        journal = Journal(timeline, folder)
        stack.callback(journal.close)
        port = SerialPort(timeline, journal, role="emulator", url=f"twin://{LINE}", baud=BAUD)
        port.open()
        stack.callback(port.close)
        line = Multidrop(timeline, name="bank", baud=BAUD, port=port)
        slave = timeline.call(lambda: PylontechSlave(line, lambda: [PACK]))
        host = subprocess.run(  # noqa: S603 - this very file
            [sys.executable, __file__, "--host", str(adapter.link), str(count)],
            check=True,
            stdout=subprocess.PIPE,
        )
        told: dict[str, Any] = json.loads(host.stdout)
        return {**told, "answered": slave.replies[0], "refused": slave.refused}


def _host(device: str, count: int) -> dict[str, Any]:
    """Poll as an inverter does, and hold every reply against what it must be."""
    wrong = missing = 0
    times = []
    with serial.Serial(device, BAUD, timeout=PATIENCE) as port:
        for _ in range(count):
            port.reset_input_buffer()
            begin = time.perf_counter()
            port.write(POLL)
            reply = port.read_until(b"\r")
            times.append((time.perf_counter() - begin) * 1e3)
            missing += not reply
            wrong += bool(reply) and reply != REPLY
    times.sort()
    return {
        "polls": count,
        "wrong": wrong,
        "missing": missing,
        "p50_ms": round(times[len(times) // 2], 2),
        "p99_ms": round(times[len(times) * 99 // 100], 2),
        "max_ms": round(times[-1], 2),
        "late": sum(one > TARGET for one in times),
    }


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS, help="mutated requests")
    parser.add_argument("--polls", type=int, default=POLLS, help="polls of 0x61, about 15 ms each")
    parser.add_argument("--host", nargs=2, metavar=("DEVICE", "POLLS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.host:
        print(json.dumps(_host(arguments.host[0], int(arguments.host[1]))))
        return
    print(json.dumps(figures(requests=arguments.requests, polls=arguments.polls), indent=2))


if __name__ == "__main__":
    _main()
