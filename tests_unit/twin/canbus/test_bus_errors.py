"""Errors as a python-can program sees them: error frames, counters, state, restart."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

if TYPE_CHECKING:
    from collections.abc import Callable


def frame(identifier: int = 0x351, data: bytes = b"\x01") -> can.Message:
    return can.Message(arbitration_id=identifier, is_extended_id=False, data=data)


def all_of(bus: TwinBus) -> list[can.Message]:
    return [message for message in iter(lambda: bus.recv(0), None) if message]


def drive_off(bus: TwinBus, timeline: SimulatedTimeline) -> None:
    """Destroy all that ``bus`` sends until it is bus-off; somebody else must be there."""
    bus.medium.disturbance = lambda _bits: 1.0
    bus.send(frame())
    assert timeline.until(lambda: bus.state is can.BusState.ERROR, 1.0)
    bus.medium.disturbance = None


def test_a_lone_bus_reads_its_way_to_error_passive(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus = opened()
    bus.send(frame())
    timeline.run(10)
    errors = all_of(bus)
    assert len(errors) == 16
    assert all(message.is_error_frame for message in errors)
    assert [message.data[6] for message in errors] == list(range(8, 129, 8))
    assert [hex(message.arbitration_id) for message in errors].count("0x2a4") == 2  # warning, passive
    assert bus.counters == (128, 0)
    assert bus.state is can.BusState.PASSIVE
    assert errors[0].timestamp < errors[-1].timestamp < 0.01


def test_error_frames_can_be_declined(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    bus = opened(error_frames=False)
    bus.send(frame())
    timeline.run(1)
    assert all_of(bus) == []
    assert bus.counters == (128, 0)


def test_filters_are_for_frames_not_for_errors(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus = opened(can_filters=[{"can_id": 0x123, "can_mask": 0x7FF}])
    bus.send(frame())
    timeline.run(0.0002)
    assert [message.is_error_frame for message in all_of(bus)] == [True]


def test_on_frame_gets_error_frames(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    bus = opened()
    taken: list[tuple[int, can.Message]] = []
    bus.on_frame = lambda when, message: taken.append((when, message))
    bus.send(frame())
    timeline.run(0.0002)
    assert [message.is_error_frame for _, message in taken] == [True]
    assert taken[0][0] == round(taken[0][1].timestamp * 1e9)


def test_bus_off_stays_until_it_is_restarted(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus, peer = opened(), opened()
    drive_off(bus, timeline)
    assert bus.counters == (255, 0)
    assert bus.pending == 0
    last = all_of(bus)[-1]
    assert last.arbitration_id & 0x40
    timeline.run(10)
    with pytest.raises(can.CanOperationError, match=r"bus-off: restart\(\) it, or open it again"):
        bus.send(frame())
    restarted = timeline.now
    bus.restart()
    timeline.run(1)
    (back,) = all_of(bus)
    assert back.arbitration_id == 0x300
    assert round(back.timestamp * 1e9) == restarted + 2_816_000
    assert (bus.state, bus.counters) == (can.BusState.ACTIVE, (0, 0))
    all_of(peer)
    bus.send(frame(0x355))
    timeline.run(1)
    assert [message.arbitration_id for message in all_of(peer)] == [0x355]


def test_opened_again_it_is_error_active(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    bus, _ = opened(), opened()
    drive_off(bus, timeline)
    bus.shutdown()
    again = opened()
    assert (again.state, again.counters) == (can.BusState.ACTIVE, (0, 0))


def test_auto_restart_comes_back_by_itself(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus, _ = opened(auto_restart=True), opened()
    drive_off(bus, timeline)
    timeline.run(0.003)
    assert bus.state is can.BusState.ACTIVE


def test_another_bit_rate_hears_errors_only(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    sender, receiver = opened(bitrate=500_000), opened()
    stranger = opened(bitrate=250_000, listen_only=True)
    for _ in range(3):
        sender.send(frame())
    timeline.run(1)
    assert [message.is_error_frame for message in all_of(stranger)] == [True] * 3
    assert stranger.counters == (0, 3)
    assert [message.is_error_frame for message in all_of(receiver)] == [False] * 3


def test_one_shot(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    bus = opened(one_shot=True)
    bus.send(frame())
    timeline.run(1)
    assert (bus.pending, bus.medium.unacknowledged) == (0, 1)
    assert [message.arbitration_id for message in all_of(bus)] == [0x2A0]


def test_disconnected_it_neither_hears_nor_sends(
    opened: Callable[..., TwinBus], timeline: SimulatedTimeline
) -> None:
    bus, peer, third = opened(), opened(), opened()
    assert bus.connected
    bus.connected = False
    bus.connected = False
    assert not bus.connected
    bus.send(frame(0x355))
    peer.send(frame(0x351))
    timeline.run(1)
    assert (all_of(bus), bus.pending) == ([], 0)
    assert [message.arbitration_id for message in all_of(third)] == [0x351]
    bus.connected = True
    peer.send(frame(0x359))
    bus.send(frame(0x35C))
    timeline.run(1)
    assert [message.arbitration_id for message in all_of(bus)] == [0x359]
    assert [message.arbitration_id for message in all_of(third)] == [0x359, 0x35C]


def test_after_shutdown_it_cannot_be_connected(opened: Callable[..., TwinBus]) -> None:
    bus = opened()
    bus.shutdown()
    with pytest.raises(can.CanOperationError, match="cannot be connected: it is shut down"):
        bus.connected = True


def test_reconnected_it_counts_from_zero(opened: Callable[..., TwinBus], timeline: SimulatedTimeline) -> None:
    bus = opened()
    bus.send(frame())
    timeline.run(1)
    bus.connected = False
    bus.connected = True
    assert (bus.counters, bus.state) == ((0, 0), can.BusState.ACTIVE)


def test_on_wall_time() -> None:
    timeline = WallTimeline(realtime=False)
    medium = can_medium.create("bus-errors-wall", timeline)
    off = threading.Event()
    try:
        with TwinBus("bus-errors-wall") as bus, TwinBus("bus-errors-wall") as peer:

            def take(_when: int, message: can.Message) -> None:
                if message.arbitration_id & 0x40:
                    off.set()

            bus.on_frame = take
            medium.disturbance = lambda _bits: 1.0
            bus.send(frame())
            assert off.wait(10)
            medium.disturbance = None
            with pytest.raises(can.CanOperationError, match="bus-off"):
                bus.send(frame())
            bus.on_frame = None
            bus.restart()
            back = bus.recv(10)
            assert back is not None
            assert back.arbitration_id == 0x300
            bus.send(frame(0x355))
            messages = iter(lambda: peer.recv(10), None)
            assert next(one.arbitration_id for one in messages if one and not one.is_error_frame) == 0x355
            peer.connected = False
            bus.send(frame(0x359))
            assert timeline.until(lambda: bus.counters == (128, 0), 10)
            timeline.run(0.01)
            assert medium.unacknowledged > 20
            peer.connected = True
            assert next(one.arbitration_id for one in messages if one and not one.is_error_frame) == 0x359
    finally:
        can_medium.remove("bus-errors-wall")
        timeline.close()
