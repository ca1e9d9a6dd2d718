"""Frames that nobody acknowledges: flushed, told once, and never sent when they are old."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.journal import Direction, Frame
from bmshil.timeline import Periodic, to_ns
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Bench, NetDevices, Script

    from bmshil.ports import CanPort
    from bmshil.twin.canbus.medium import Medium

pytestmark = pytest.mark.wall

IDS = (0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E)


@pytest.fixture
def medium(simulated: Bench) -> Iterator[Medium]:
    yield can_medium.create("ack", simulated.timeline, 500_000)
    can_medium.remove("ack")


class Talk:
    """Six messages every 100 ms; each frame carries the time at which it was made, ms."""

    def __init__(self, bench: Bench, one: CanPort) -> None:
        self._bench = bench
        self._port = one
        self._numbers = count()
        self.made = 0
        bench.timeline.every(0.1, self._say)

    def _say(self) -> None:
        now = round(self._bench.timeline.seconds * 1e3)
        for identifier in IDS:
            self._port.send(Frame(identifier, now.to_bytes(4, "big")))
            self.made += 1


def ages(bus: TwinBus) -> list[float]:
    """How old each frame was at its end on the bus, ms."""
    found = []
    while (message := bus.recv(0)) is not None:
        if not message.is_error_frame:
            found.append(message.timestamp * 1e3 - int.from_bytes(message.data, "big"))
    return found


def test_a_lone_sender_flushes_tells_once_and_begins_with_a_fresh_frame(
    simulated: Bench, medium: Medium
) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    device = TwinBus("ack")
    talk = Talk(simulated, one)
    simulated.timeline.run(1.05)
    assert one.acknowledged
    assert one.health.confirmed == talk.made == 66
    ages(device)
    device.connected = False
    simulated.timeline.run(0.3)
    assert one.acknowledged, "not three periods yet"
    simulated.timeline.run(0.2)
    assert not one.acknowledged
    simulated.timeline.run(9.51)
    assert len(simulated.events("unacknowledged")) == 1
    assert simulated.outages == []
    assert one.health.state == "error-passive"
    device.connected = True
    simulated.timeline.run(1.0)
    heard = ages(device)
    assert len(heard) >= 54
    assert max(heard) < 100.0, "a frame older than one period is never sent"
    assert one.acknowledged
    (back,) = simulated.events("acknowledged")
    assert back["after"] == pytest.approx(10.0, abs=0.25)
    health = one.health
    assert health.stale >= 500
    assert talk.made == health.confirmed + health.stale
    assert [direction for _, direction, error in simulated.rows if not error].count(
        Direction.LOST
    ) == health.stale
    assert medium.frames == health.confirmed


@pytest.mark.usefixtures("medium")
def test_the_event_comes_after_three_periods_with_what_was_flushed(simulated: Bench) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    Talk(simulated, one)
    simulated.timeline.run(0.299)
    assert simulated.events("unacknowledged") == []
    simulated.timeline.run(0.002)
    assert simulated.events("unacknowledged") == [{"frames": 18}]
    assert one.health.unacknowledged == 18


@pytest.mark.usefixtures("medium")
def test_every_frame_of_a_silence_is_taken_back_in_time(simulated: Bench) -> None:
    one = simulated.port("twin", "ack", period=1.0)
    for start in (0.0, 0.9, 1.3):
        simulated.timeline.at(to_ns(start), lambda: one.send(Frame(0x351, b"")))
    taken_back = []
    for moment in (0.49, 0.51, 1.39, 1.41, 1.79, 1.81):
        simulated.timeline.run(moment - simulated.timeline.seconds)
        taken_back.append(one.health.stale)
    assert taken_back == [0, 1, 1, 3, 3, 3], "the adapter is emptied when the oldest frame in it is old"


@pytest.mark.usefixtures("medium")
def test_a_short_silence_costs_frames_and_is_told_as_that(simulated: Bench) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    Talk(simulated, one)
    simulated.timeline.run(0.12)
    device = TwinBus("ack")
    simulated.timeline.run(0.5)
    assert one.acknowledged
    assert simulated.events("unacknowledged", "acknowledged") == []
    assert simulated.events("lost_frame") == [
        {"what": "unacknowledged", "cause": "nobody acknowledged 6 frames in time", "frames": 6}
    ]
    assert max(ages(device)) < 100.0


def test_the_window_costs_no_bus_time(simulated: Bench, medium: Medium) -> None:
    one = simulated.port("twin", "ack", period=1.0)
    TwinBus("ack")
    for number in range(2000):
        one.send(Frame(0x351, number.to_bytes(8, "big")))
    simulated.timeline.run(0.3)
    assert medium.load(0.29) > 0.999


@pytest.mark.usefixtures("medium")
def test_frames_that_wait_too_long_for_a_busy_bus_are_dropped_and_told(simulated: Bench) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    TwinBus("ack")
    for number in range(2000):
        one.send(Frame(0x351, number.to_bytes(8, "big")))
    simulated.timeline.run(0.3)
    health = one.health
    assert health.confirmed + health.stale == 2000
    assert 180 < health.confirmed < 240, "50 ms of a bus that carries about 4000 frames in a second"
    (told,) = simulated.events("lost_frame")
    assert (told["what"], told["frames"]) == ("stale", health.stale)
    assert one.acknowledged


def test_a_bus_that_others_never_leave_free_is_not_one_on_which_nobody_acknowledges(
    simulated: Bench, medium: Medium
) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    talk = Talk(simulated, one)
    babbler = TwinBus("ack")
    simulated.timeline.run(0.25)
    simulated.timeline.every(
        0.001,
        lambda: [
            babbler.send(can.Message(arbitration_id=0x100, is_extended_id=False, data=bytes(8)))
            for _ in range(max(0, 20 - babbler.pending))
        ],
    )
    simulated.timeline.run(1.0)
    assert medium.load(0.5) > 0.999
    assert talk.made > 60
    assert one.acknowledged
    assert not simulated.events("unacknowledged")
    told = simulated.events("lost_frame")
    assert {one["what"] for one in told} == {"stale"}
    assert ", on which others had sent " in told[-1]["cause"]


def test_a_late_slot_does_not_wait_as_long_as_a_punctual_one(simulated: Bench, script: Script) -> None:
    one = simulated.port("kvaser", period=1.0)
    simulated.timeline.run(0.4)
    for identifier in range(8):
        one.send(Frame(identifier, b""))
    one.send(Frame(0x351, b""), to_ns(0.0))
    one.send(Frame(0x355, b""), to_ns(0.4))
    simulated.timeline.run(0.15)
    script.confirm(0)
    simulated.timeline.post(lambda: None)
    simulated.timeline.run(0.01)
    assert script.ids == [0, 1, 2, 3, 4, 5, 6, 7, 0x355]
    assert one.health.stale == 1


def test_an_adapter_holds_no_more_frames_than_it_has_confirmed(simulated: Bench, script: Script) -> None:
    one = simulated.port("kvaser", period=1.0)
    for identifier in range(20):
        one.send(Frame(identifier, b""))
    assert script.ids == [0, 1, 2, 3, 4, 5, 6, 7]
    script.confirm(0)
    simulated.timeline.post(lambda: None)
    simulated.timeline.run(0.01)
    assert script.ids == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    assert (one.health.sent, one.health.confirmed) == (9, 1)


def test_what_cannot_be_taken_back_stays_and_nothing_is_added(simulated: Bench, script: Script) -> None:
    one = simulated.port("kvaser", period=0.1, capabilities={"flush": False})
    Periodic(simulated.timeline, to_ns(0.1), lambda: one.send(Frame(0x351, b"")), to_ns(0.0))
    simulated.timeline.run(10.0)
    assert len(script.sent) == 8
    assert (script.flushed, script.opened) == (0, 1)
    assert not one.acknowledged
    assert len(simulated.events("unacknowledged")) == 1


def test_an_adapter_that_can_only_be_opened_again_is_flushed_that_way(
    simulated: Bench, script: Script
) -> None:
    script.flushed = None
    one = simulated.port("pcan", period=0.1)
    Periodic(simulated.timeline, to_ns(0.1), lambda: one.send(Frame(0x351, b"")), to_ns(0.0))
    simulated.timeline.run(5.0)
    assert 3 <= script.opened <= 6, "at most once a second"
    assert simulated.outages == [], "the port does it on purpose"
    assert not one.acknowledged
    assert len(simulated.events("unacknowledged")) == 1


@pytest.mark.parametrize("alone", [False, True])
def test_an_early_confirmation_ends_no_silence(
    wall: Bench, script: Script, link: NetDevices, alone: bool
) -> None:
    link("can0")
    one = wall.port("socketcan", "can0", period=0.2, capabilities={"flush": False})
    wall.timeline.call(lambda: one.send(Frame(0x351, b"")))
    wall.until(lambda: not one.acknowledged)
    if alone:  # CAN_ERR_CRTL, transmit error counter in the passive range
        passive = can.Message(
            arbitration_id=0x204, is_error_frame=True, is_extended_id=False, data=b"\0\x20\0\0\0\0\x80\0"
        )
        script.incoming.put(passive)
    script.confirm()
    wall.until(lambda: one.health.confirmed == 1)
    wall.timeline.run(0.3)
    assert one.acknowledged is not alone


def test_a_driver_that_flushes_is_asked_to(simulated: Bench, script: Script) -> None:
    one = simulated.port("kvaser", period=0.1)
    one.send(Frame(0x351, b""))
    simulated.timeline.run(0.04)
    assert script.flushed == 0
    simulated.timeline.run(0.02)
    assert (script.flushed, one.health.stale) == (1, 1)
    script.hear(Frame(0x351, b""), is_rx=False)
    assert one.health.lost == 0


def test_bus_off_is_one_outage_and_the_controller_is_brought_back(simulated: Bench, medium: Medium) -> None:
    one = simulated.port("twin", "ack", period=0.1)
    device = TwinBus("ack")
    Talk(simulated, one)
    simulated.timeline.run(0.15)
    medium.disturbance = lambda _bits: 1.0
    simulated.timeline.run(0.6)
    assert simulated.outages == ["+bus-off"]
    assert one.health.down is not None
    medium.disturbance = None
    simulated.timeline.run(0.5)
    assert simulated.outages == ["+bus-off", "-bus-off"]
    assert (one.health.down, one.health.state) == (None, "error-active")
    states = [data["state"] for data in simulated.events("bus_state")]
    assert states[:3] == ["error-warning", "error-passive", "bus-off"]
    assert {data["kind"] for data in simulated.events("bus_error")} >= {"bit"}
    before = one.health.confirmed
    simulated.timeline.run(0.5)
    assert one.health.confirmed == before + 30
    assert max(ages(device)) < 100.0
