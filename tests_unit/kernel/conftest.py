"""Tests on the real Linux CAN stack: they run in the guest that `make test-kernel` boots, and nowhere else.

The guest has vcan0, and can0 and can1 on one bus: two emulated kvaser_pci controllers at 500 kbit/s. Its
processor is emulated: everything takes ten times as long as usual, so tests wait for conditions, patiently.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.timeline import WallTimeline
from bmshil.twin.adapters.gs_usb import GsUsbAdapter
from bmshil.twin.canbus.medium import Medium
from bmshil.twin.canbus.station import Station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 30.0  # s
LOOK = 0.02  # s
FIGURES = pytest.StashKey[dict[str, str]]()


@pytest.fixture(autouse=True, scope="session")
def _in_the_guest() -> None:
    if os.environ.get("BMSHIL_GUEST") != "1":
        pytest.skip("needs the real Linux CAN stack: make test-kernel")


def eventually(condition: Callable[[], object], timeout: float = PATIENCE) -> bool:
    """Whether ``condition`` came true in time; it is looked at every 20 ms."""
    end = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(LOOK)
    return True


@pytest.fixture(name="eventually", scope="session")
def _eventually() -> Callable[..., bool]:
    return eventually


class Links:
    """Network interfaces, by the same tool as people use."""

    def ip(self, *arguments: str) -> str:
        done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - fixed command, from the guest's PATH
        assert done.returncode == 0, f"ip {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def show(self, name: str) -> dict[str, Any]:
        """What netlink says of an interface."""
        (link,) = json.loads(self.ip("-json", "-details", "-statistics", "link", "show", name))
        return link

    def can(self, name: str) -> dict[str, Any]:
        """What netlink says of its CAN controller: state, berr_counter, bittiming."""
        return self.show(name)["linkinfo"]["info_data"]

    def state(self, name: str) -> str:
        """ERROR-ACTIVE and so on; STOPPED while it is down."""
        return self.can(name)["state"]

    def names(self) -> set[str]:
        return set(os.listdir("/sys/class/net"))  # noqa: PTH208 - names, not paths

    def up(self, name: str, *options: str, bitrate: int = 500_000) -> None:
        self.ip("link", "set", name, "type", "can", "bitrate", str(bitrate), *options)
        self.ip("link", "set", name, "up")

    def down(self, name: str) -> None:
        self.ip("link", "set", name, "down")


@pytest.fixture(scope="session")
def links() -> Links:
    return Links()


@pytest.fixture
def timeline() -> Iterator[WallTimeline]:
    timeline = WallTimeline(realtime=False)
    yield timeline
    timeline.close()


@pytest.fixture
def journal(timeline: WallTimeline) -> Journal:
    return Journal(timeline)


class Peer:
    """Another controller on the segment; it acknowledges."""

    def __init__(self, medium: Medium, **settings: Any) -> None:
        self._medium = medium
        self.heard: list[can.Message] = []
        self.station = Station(
            "peer", lambda _, message: self.heard.append(message), lambda *_: None, **settings
        )
        medium.timeline.call(lambda: medium.attach(self.station))

    def send(self, identifier: int, data: str = "") -> None:
        message = can.Message(arbitration_id=identifier, is_extended_id=False, data=bytes.fromhex(data))
        self._medium.timeline.call(lambda: self._medium.submit(self.station, message))

    def hears(self, identifier: int, times: int = 1) -> bool:
        return eventually(lambda: sum(one.arbitration_id == identifier for one in self.heard) >= times)


class Segment:
    """The segment of the twin that adapter stand-ins are joined to."""

    def __init__(self, timeline: WallTimeline, bitrate: int) -> None:
        self.timeline = timeline
        self.medium = Medium(timeline, "kernel", bitrate)

    def peer(self, **settings: Any) -> Peer:
        return Peer(self.medium, **settings)

    def destroy(self, frames: int) -> None:
        """Let noise destroy the next ``frames`` frames."""
        left = iter([1.0] * frames)
        self.medium.disturbance = lambda _bits: next(left, 0.0)


@pytest.fixture
def segment(request: pytest.FixtureRequest, timeline: WallTimeline) -> Segment:
    """A segment at 500 kbit/s, or at the rate that the test gives as its parameter."""
    return Segment(timeline, getattr(request, "param", 500_000))


class Candlelight:
    """A candleLight stand-in behind the real gs_usb driver, and the interface that the kernel made of it."""

    def __init__(self, medium: Medium, links: Links, stack: ExitStack, **options: bool) -> None:
        before = links.names()
        self.adapter = GsUsbAdapter(medium, "A1", **options)
        self._bitrate = medium.bitrate
        self._links = links
        self._stack = stack
        self.adapter.start()
        stack.callback(self.unplug)
        assert eventually(lambda: len(links.names()) > len(before)), "gs_usb made no interface"
        (self.name,) = links.names() - before

    def up(self, *options: str) -> None:
        self._links.up(self.name, *options, bitrate=self._bitrate)

    @property
    def state(self) -> str:
        """What netlink says of it."""
        return self._links.state(self.name)

    def reaches(self, state: str) -> bool:
        return eventually(lambda: self.state == state)

    def down(self) -> None:
        self._links.down(self.name)

    def socket(self, **options: bool) -> can.BusABC:
        """Open python-can's own bus on the interface: somebody else's program."""
        bus = can.Bus(interface="socketcan", channel=self.name, ignore_config=True, **options)
        self._stack.callback(bus.shutdown)
        return bus

    def unplug(self) -> None:
        self.adapter.unplug()
        assert eventually(lambda: self.name not in self._links.names())


@pytest.fixture
def candlelight(segment: Segment, links: Links) -> Iterator[Callable[..., Candlelight]]:
    """Plug in a candleLight stand-in; unplugged at the end."""
    with ExitStack() as stack:
        yield lambda **options: Candlelight(segment.medium, links, stack, **options)


@pytest.fixture
def port(timeline: WallTimeline, journal: Journal) -> Iterator[Callable[..., CanPort]]:
    """Open a port on an interface; closed at the end."""
    with ExitStack() as stack:

        def make(channel: str, role: str = "emulator", **settings: Any) -> CanPort:
            one = CanPort(timeline, journal, role=role, interface="socketcan", channel=channel, **settings)
            one.open()
            stack.callback(one.close)
            return one

        yield make


class Program:
    """One of the can-utils, running."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - can-utils
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def says(self, text: str, times: int = 1) -> bool:
        return eventually(lambda: sum(text in line for line in self.lines) >= times)

    def end(self) -> int:
        """Wait for its end; return its exit code."""
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            self.process.terminate()
        self.end()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            for line in out:
                self.lines.append(line.rstrip())


@pytest.fixture
def program() -> Iterator[Callable[..., Program]]:
    """Start one of the can-utils; stopped at the end."""
    with ExitStack() as stack:

        def start(*command: str) -> Program:
            one = Program(*command)
            stack.callback(one.stop)
            return one

        yield start


@pytest.fixture
def candump(program: Callable[..., Program]) -> Callable[..., Program]:
    """Start candump and return when it listens."""

    def listening() -> int:
        with open("/proc/net/can/rcvlist_all") as table:  # noqa: PTH123 - not a file that has a path to keep
            return table.read().count("\n")

    def start(channel: str, *options: str) -> Program:
        before = listening()
        dump = program("candump", "-L", *options, channel)
        assert eventually(lambda: listening() > before)
        return dump

    return start


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Keep a measured figure, to be printed at the end."""
    return request.config.stash.setdefault(FIGURES, {}).__setitem__


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, value in config.stash.get(FIGURES, {}).items():
        terminalreporter.write_line(f"measured: {name}: {value}")
