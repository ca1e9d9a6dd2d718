"""A port on an slcan adapter: the twin's CANable on a pseudo-terminal."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.journal import Frame
from bmshil.ports.adapters import Settings
from bmshil.ports.adapters.slcan import Slcan
from bmshil.ports.adapters.slcan_bus import SlcanBus
from bmshil.ports.news import State
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bench

    from bmshil.ports import CanPort
    from bmshil.twin.canbus.medium import Medium

pytestmark = pytest.mark.wall(15)

LIMITS = Frame(0x351, bytes.fromhex("30 02 E8 03 E8 03 E0 01"))
KEEP_ALIVE = can.Message(arbitration_id=0x305, data=bytes(8), is_extended_id=False)


@pytest.fixture
def medium(wall: Bench) -> Iterator[Medium]:
    yield wall.timeline.call(lambda: can_medium.create("slcan-port", wall.timeline, 500_000))
    can_medium.remove("slcan-port")


@pytest.fixture
def adapter(wall: Bench, medium: Medium, tmp_path: Path) -> Iterator[SlcanAdapter]:
    adapter = SlcanAdapter(medium, tmp_path / "canable", timeline=wall.timeline)
    adapter.start()
    yield adapter
    for port in wall.ports:
        port.close()
    adapter.stop()


@pytest.fixture
def device(adapter: SlcanAdapter) -> Iterator[TwinBus]:
    """Somebody on the bus, without whom nothing is acknowledged."""
    assert adapter.plugged
    bus = TwinBus("slcan-port")
    yield bus
    bus.shutdown()


def open_port(bench: Bench, adapter: SlcanAdapter) -> CanPort:
    return bench.port("slcan", str(adapter.link), period=0.2)


def files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def heard(bus: TwinBus, identifier: int) -> can.Message:
    """The next frame with this identifier."""
    end = time.monotonic() + 5.0
    while time.monotonic() < end:
        message = bus.recv(1.0)
        if message is not None and message.arbitration_id == identifier and not message.is_error_frame:
            return message
    raise AssertionError(f"0x{identifier:X} was not heard")


def traffic_passes(bench: Bench, one: CanPort, device: TwinBus, number: int) -> None:
    received = one.health.received
    device.send(KEEP_ALIVE)
    bench.until(lambda: one.health.received > received)
    bench.timeline.call(lambda: one.send(Frame(0x100 + number, bytes(8))))
    heard(device, 0x100 + number)


def test_frames_pass_in_both_directions(wall: Bench, adapter: SlcanAdapter, device: TwinBus) -> None:
    one = open_port(wall, adapter)
    got: list[Frame] = []
    one.subscribe(lambda _when, frame: got.append(frame))
    wall.timeline.call(lambda: one.send(LIMITS))
    assert bytes(heard(device, 0x351).data) == LIMITS.data
    sent = [
        Frame(0x7FF, b""),
        Frame(0x1ABCDEF0, b"\1\2\3", extended=True),
        Frame(0x123, b"", remote=True),
        Frame(0x1BCDEF01, b"", extended=True, remote=True),
    ]
    for frame in sent:
        device.send(can.Message(0.0, frame.id, frame.extended, frame.remote, data=frame.data))
    wall.until(lambda: len(got) == 4)
    assert got == sent
    assert one.health.garbled == one.health.outages == 0


def test_twenty_times_unplugged_and_plugged_in_again(
    wall: Bench, adapter: SlcanAdapter, device: TwinBus
) -> None:
    one = open_port(wall, adapter)
    traffic_passes(wall, one, device, 0)
    adapter.unplug()
    wall.until(lambda: one.health.down is not None)
    adapter.replug()
    wall.until(lambda: one.health.down is None)
    before, threads = files(), threading.active_count()
    for number in range(1, 20):
        adapter.unplug()
        wall.until(lambda: one.health.down is not None)
        adapter.replug()
        wall.until(lambda: one.health.down is None)
        traffic_passes(wall, one, device, number)
    assert wall.outages == ["+unplugged", "-unplugged"] * 20
    assert (files(), threading.active_count()) == (before, threads)
    assert max(data["outage"] for data in wall.events("port_recovered")) < 1.0
    assert not one.dead


def test_unplugged_and_plugged_in_before_anybody_looks(
    wall: Bench, adapter: SlcanAdapter, device: TwinBus
) -> None:
    one = open_port(wall, adapter)
    adapter.unplug()
    adapter.replug()
    wall.until(lambda: one.health.outages == 1 and one.health.down is None)
    traffic_passes(wall, one, device, 1)
    assert wall.outages == ["+unplugged", "-unplugged"]


def test_an_adapter_that_stalls_is_told_from_a_silent_bus(
    wall: Bench, adapter: SlcanAdapter, device: TwinBus
) -> None:
    one = open_port(wall, adapter)
    wall.timeline.run(1.5)
    assert wall.outages == [], "the bus is silent, the adapter answers"
    adapter.stall(True)
    wall.until(lambda: one.health.down is not None)
    assert wall.outages == ["+stalled"]
    assert wall.events("port_error")[0]["cause"] == "stalled: the adapter has not answered for 0.5 s"
    wall.until(lambda: "does not answer: plug it in again" in str(one.health.down))
    adapter.stall(False)
    wall.until(lambda: one.health.down is None)
    traffic_passes(wall, one, device, 1)
    assert wall.outages == ["+stalled", "-stalled"]


def test_a_stalled_adapter_never_holds_up_time(wall: Bench, adapter: SlcanAdapter) -> None:
    one = open_port(wall, adapter)
    adapter.stall(True)
    slowest = 0.0
    for _ in range(3000):
        begin = time.monotonic()
        wall.timeline.call(lambda: one.send(LIMITS))
        slowest = max(slowest, time.monotonic() - begin)
    wall.until(lambda: one.health.outages == 1)
    assert slowest < 0.5
    assert wall.outages == ["+stalled"]


def test_garbled_lines_are_counted_and_the_rest_is_heard(
    wall: Bench, adapter: SlcanAdapter, device: TwinBus
) -> None:
    one = open_port(wall, adapter)
    got: list[Frame] = []
    one.subscribe(lambda _when, frame: got.append(frame))
    adapter.garble(0.3)
    for number in range(200):
        device.send(can.Message(arbitration_id=number, data=bytes(8), is_extended_id=False))
    wall.until(lambda: adapter.counters.to_host + adapter.counters.garbled >= 200)
    adapter.garble(0.0)
    device.send(can.Message(arbitration_id=0x7FF, is_extended_id=False))
    wall.until(lambda: any(frame.id == 0x7FF for frame in got))
    assert 10 <= one.health.garbled <= adapter.counters.garbled
    assert {frame.data for frame in got if frame.id != 0x7FF} == {bytes(8)}, "half a frame is no frame"
    wall.until(lambda: one.health.down is None and wall.outages.count("-garbled") >= 1)
    assert set(wall.outages) == {"+garbled", "-garbled"}


def test_a_flood_is_taken_in(wall: Bench, adapter: SlcanAdapter, device: TwinBus) -> None:
    one = open_port(wall, adapter)
    adapter.flood(1000.0)
    wall.until(lambda: one.health.received >= 500)
    adapter.flood(0.0)
    traffic_passes(wall, one, device, 0x600)
    assert wall.outages == []


def test_what_the_adapter_had_to_say_before_it_was_opened_is_drained(
    wall: Bench, adapter: SlcanAdapter, device: TwinBus
) -> None:
    file = os.open(adapter.link, os.O_RDWR | os.O_NOCTTY)
    os.write(file, b"S6\rO\r")
    wall.until(lambda: adapter._device is not None and adapter._device.is_open)
    for number in range(7):
        device.send(can.Message(arbitration_id=number, data=bytes(8), is_extended_id=False))
    wall.until(lambda: adapter.counters.to_host == 7)
    one = open_port(wall, adapter)
    os.close(file)
    assert one.health.drained == 7
    assert wall.events("drained") == [{"frames": 7}]
    traffic_passes(wall, one, device, 1)
    assert one.health.received == 1


def test_nobody_there_to_acknowledge_is_told_and_old_frames_do_not_come_out(
    wall: Bench, adapter: SlcanAdapter
) -> None:
    one = open_port(wall, adapter)
    origin = wall.timeline.seconds

    def say() -> None:
        one.send(Frame(0x351, round((wall.timeline.seconds - origin) * 1e3).to_bytes(4, "big")))

    talk = wall.timeline.every(0.2, say)
    wall.until(lambda: not one.acknowledged)
    assert len(wall.events("unacknowledged")) == 1
    bus = TwinBus("slcan-port")
    begin = (wall.timeline.seconds - origin) * 1e3
    first = int.from_bytes(heard(bus, 0x351).data, "big")
    assert first >= begin - 200
    bus.send(KEEP_ALIVE)
    wall.until(lambda: one.acknowledged)
    talk.cancel()
    bus.shutdown()
    assert len(wall.events("unacknowledged", "acknowledged")) == 2


def test_flags_from_before_a_frame_was_tried_do_not_say_that_somebody_acknowledges(
    wall: Bench, adapter: SlcanAdapter
) -> None:
    kind = Slcan("slcan", str(adapter.link), {})
    bus = kind.open(Settings(500_000))
    assert isinstance(bus, SlcanBus)

    def answer() -> State:
        end = time.monotonic() + 5.0
        while bus.flags is None and time.monotonic() < end:
            bus.recv(0.1)
        (state,) = kind.told(bus)
        assert isinstance(state, State)
        return state

    def send() -> None:
        bus.send(can.Message(arbitration_id=0x351, data=bytes(8), is_extended_id=False))

    bus.ask()
    assert answer() == State("error-active", tried=False)
    send()
    wall.timeline.run(0.1)
    bus.ask()
    assert answer() == State("error-passive", tried=True)
    bus.clear()
    send()
    bus.ask()  # at once: nobody can know yet
    assert not answer().tried
    wall.timeline.run(0.1)
    bus.ask()
    bus.clear()  # the answer may be from before or from after it
    assert not answer().tried
    kind.close(bus)


def test_a_line_that_was_closed_is_not_left_open_when_the_adapter_refuses(
    adapter: SlcanAdapter,
) -> None:
    before = files()
    with pytest.raises(ValueError, match="slcan has no bit rate 123: use one of 10000, 20000, "):
        SlcanBus(str(adapter.link), bitrate=123)
    assert files() == before
