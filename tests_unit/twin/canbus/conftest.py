"""Stations that write down what they hear, are confirmed and are told; buses as programs open them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import can
import pytest

from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.canbus.medium import Medium, Station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bmshil.timeline import Timeline
    from bmshil.twin.canbus.confinement import BusError


class Node(Station):
    """A station that keeps everything."""

    def __init__(self, name: str, **options: Any) -> None:
        self.heard: list[tuple[int, int, str]] = []
        self.confirmed: list[tuple[int, int, str]] = []
        self.errors: list[BusError] = []
        self.told: list[int] = []
        super().__init__(
            name,
            lambda when, message: self.heard.append((when, message.arbitration_id, message.data.hex())),
            lambda when, message: self.confirmed.append((when, message.arbitration_id, message.data.hex())),
            on_error=self._note,
            **options,
        )

    def _note(self, when: Nanoseconds, error: BusError) -> None:
        self.told.append(when)
        self.errors.append(error)


class Segment:
    """A medium at 500 kbit/s with nodes a, b, c, ..."""

    def __init__(self, count: int, seed: int = 1, **options: Any) -> None:
        self.timeline = SimulatedTimeline()
        self.medium = Medium(self.timeline, "segment", seed=seed)
        self.nodes = [self.join(name, **options) for name in "abcdefgh"[:count]]

    def join(self, name: str, **options: Any) -> Node:
        node = Node(name, **options)
        self.medium.attach(node)
        return node

    def send(self, node: Node, identifier: int = 0x351, data: bytes = b"\x01") -> None:
        self.medium.submit(node, frame(identifier, data))

    def send_at(self, when: int, node: Node, identifier: int = 0x351, data: bytes = b"\x01") -> None:
        def send() -> None:
            if node.tec < 256:
                self.send(node, identifier, data)

        self.timeline.at(Nanoseconds(when), send)

    def run_bits(self, bits: int) -> None:
        self.timeline.run(bits * 2e-6)


def frame(identifier: int, data: bytes) -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=data)


@pytest.fixture
def segment() -> Callable[..., Segment]:
    return Segment


@pytest.fixture(scope="session")
def make_segment() -> Callable[..., Segment]:
    """Give the same for laws, which make many segments in one test."""
    return Segment


@pytest.fixture
def channel() -> str:
    return "canbus-test"


@pytest.fixture
def timeline(channel: str) -> Iterator[Timeline]:
    """Simulated time with a segment on it; tests on wall time bring their own."""
    made = SimulatedTimeline()
    can_medium.create(channel, made)
    yield made
    can_medium.remove(channel)


@pytest.fixture
def opened(
    timeline: Timeline,  # noqa: ARG001 - makes the channel
    channel: str,
) -> Iterator[Callable[..., TwinBus]]:
    """Opens buses on the segment as any program would, and shuts them down."""
    buses: list[TwinBus] = []

    def open_bus(**options: object) -> TwinBus:
        bus = can.Bus(interface="twin", channel=channel, ignore_config=True, **options)
        assert isinstance(bus, TwinBus)
        buses.append(bus)
        return bus

    yield open_bus
    for bus in buses:
        bus.shutdown()
