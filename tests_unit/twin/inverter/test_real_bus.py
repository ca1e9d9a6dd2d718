"""The inverter's door to a real bus: it never blocks the timeline, and survives an adapter that fails."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import can
import pytest
from can.interfaces.virtual import VirtualBus

from bmshil.errors import PortError, TimelineError
from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.inverter import RealBus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.timeline import Nanoseconds

pytestmark = pytest.mark.wall

CHANNEL = "real-bus"
FRAME = can.Message(arbitration_id=0x355, data=[60, 0, 100, 0], is_extended_id=False)


@pytest.fixture
def timeline() -> Iterator[WallTimeline]:
    timeline = WallTimeline()
    yield timeline
    timeline.close()


@pytest.fixture
def peer() -> Iterator[can.BusABC]:
    with VirtualBus(channel=CHANNEL) as bus:
        yield bus


@pytest.fixture
def bus(timeline: WallTimeline) -> Iterator[RealBus]:
    bus = RealBus(timeline, "virtual", CHANNEL)
    yield bus
    bus.shutdown()


class Ear:
    """Collects what the bus hands over, and on which thread."""

    def __init__(self, bus: RealBus) -> None:
        self.ids: list[int] = []
        self.times: list[int] = []
        self.threads: set[str] = set()
        bus.on_frame = self.hear

    def hear(self, when: Nanoseconds, message: can.Message) -> None:
        self.ids.append(message.arbitration_id)
        self.times.append(when)
        self.threads.add(threading.current_thread().name)


def test_frames_come_in_on_the_timeline_and_go_out(
    timeline: WallTimeline, peer: can.BusABC, bus: RealBus
) -> None:
    ear = Ear(bus)
    peer.send(FRAME)
    assert timeline.until(lambda: ear.ids == [0x355], timeout=10.0)
    assert ear.threads == {"bmshil-timeline"}
    assert 0 < ear.times[0] <= timeline.now
    bus.send(can.Message(arbitration_id=0x305, data=bytes(8), is_extended_id=False))
    heard = peer.recv(10.0)
    assert heard is not None
    assert (heard.arbitration_id, bytes(heard.data)) == (0x305, bytes(8))
    assert bus.lost == 0


def test_without_power_it_neither_hears_nor_speaks(
    timeline: WallTimeline, peer: can.BusABC, bus: RealBus
) -> None:
    ear = Ear(bus)
    bus.connected = False
    bus.send(FRAME)
    peer.send(FRAME)
    timeline.run(0.3)
    bus.connected = True
    peer.send(can.Message(arbitration_id=0x351, is_extended_id=False))
    assert timeline.until(lambda: bool(ear.ids), timeout=10.0)
    assert ear.ids == [0x351]
    assert peer.recv(0) is None


class Flaky(VirtualBus):
    """An adapter that can be pulled out; while it is away it cannot be opened either."""

    away = threading.Event()

    def __init__(self, *args: Any, **options: Any) -> None:
        if self.away.is_set():
            raise can.CanInitializationError("no such device")
        super().__init__(*args, **options)

    def recv(self, timeout: float | None = None) -> can.Message | None:
        if self.away.is_set():
            raise can.CanOperationError("no such device")
        return super().recv(timeout)

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        if self.away.is_set():
            raise can.CanOperationError("no such device")
        super().send(msg, timeout)


def test_an_adapter_that_comes_back_is_used_again(
    timeline: WallTimeline, peer: can.BusABC, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Flaky, "away", threading.Event())
    monkeypatch.setattr(can, "Bus", lambda interface, ignore_config, **options: Flaky(**options))  # noqa: ARG005 - python-can's
    bus = RealBus(timeline, "flaky", CHANNEL)
    try:
        ear = Ear(bus)
        again = timeline.every(0.05, lambda: peer.send(FRAME))
        Flaky.away.set()
        bus.send(FRAME)
        assert timeline.until(lambda: bus.lost == 1, timeout=10.0)
        heard = len(ear.ids)
        Flaky.away.clear()
        assert timeline.until(lambda: len(ear.ids) > heard, timeout=10.0)
        again.cancel()
    finally:
        bus.shutdown()
    assert not [one for one in threading.enumerate() if one.name.startswith("twin-inverter")]


def test_what_cannot_work_is_refused(timeline: WallTimeline) -> None:
    with pytest.raises(PortError, match="CAN inverter: slcan /dev/none cannot be opened: "):
        RealBus(timeline, "slcan", "/dev/none")
    simulated = SimulatedTimeline()
    with pytest.raises(TimelineError, match="CAN inverter: virtual x needs wall time"):
        RealBus(simulated, "virtual", "x")
