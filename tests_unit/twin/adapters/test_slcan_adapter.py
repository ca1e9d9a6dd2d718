"""The CANable between a host and the segment: python-can's own driver, and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import can
import pytest

from bmshil.errors import TimelineError
from bmshil.timeline import Nanoseconds, SimulatedTimeline
from bmshil.twin.adapters import SlcanAdapter
from bmshil.twin.canbus.confinement import State
from bmshil.twin.canbus.medium import Medium

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Setting

pytestmark = pytest.mark.wall

PATIENCE = 5.0
FRAMES = {
    "standard": can.Message(
        arbitration_id=0x351, is_extended_id=False, data=bytes.fromhex("3002E80300E80300")
    ),
    "short": can.Message(arbitration_id=0x000, is_extended_id=False, data=b"\xff"),
    "empty": can.Message(arbitration_id=0x7FF, is_extended_id=False),
    "extended": can.Message(arbitration_id=0x1FFFFFFF, data=b"\x01\x02"),
    "small extended": can.Message(arbitration_id=0x351, data=b"\x0d\x07"),
    "remote": can.Message(arbitration_id=0x305, is_extended_id=False, is_remote_frame=True, dlc=8),
    "extended remote": can.Message(arbitration_id=0x18FF1234, is_remote_frame=True, dlc=0),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_from_the_bus_to_python_can(setting: Setting, kind: str) -> None:
    host, bus = setting.slcan(), setting.twin()
    bus.send(FRAMES[kind])
    got = host.recv(PATIENCE)
    assert got is not None
    assert got.equals(FRAMES[kind], timestamp_delta=None, check_channel=False)
    assert setting.timeline.until(lambda: setting.adapter.counters.to_host == 1, PATIENCE)


@pytest.mark.parametrize("kind", FRAMES)
def test_from_python_can_to_the_bus(setting: Setting, kind: str) -> None:
    host, bus = setting.slcan(), setting.twin()
    host.send(FRAMES[kind])
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.equals(FRAMES[kind], timestamp_delta=None, check_channel=False)
    assert setting.adapter.counters.from_host == 1


def test_python_can_reads_version_and_serial_number(setting: Setting) -> None:
    host = setting.slcan()
    assert host.get_version(PATIENCE) == (10, 13)  # type: ignore[attr-defined]  # of this driver only
    assert host.get_serial_number(PATIENCE) == "A123"  # type: ignore[attr-defined]  # likewise


def test_closing_the_driver_leaves_the_bus(setting: Setting) -> None:
    host = setting.slcan()
    host.shutdown()
    assert setting.timeline.until(lambda: not setting.medium.stations, PATIENCE)


def test_a_host_that_goes_away_without_a_word_leaves_the_channel_open(setting: Setting) -> None:
    first = setting.host()
    assert [first.ask(line) for line in (b"S6\r", b"O\r")] == [b"\r", b"\r"]
    second = setting.host()
    assert second.ask(b"F\r") == b"F00\r"
    assert second.ask(b"O\r") == b"\a"


def test_own_frames_are_not_echoed(setting: Setting) -> None:
    host, bus = setting.slcan(), setting.twin()
    host.send(FRAMES["standard"])
    assert bus.recv(PATIENCE) is not None
    bus.send(FRAMES["short"])
    got = host.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x000


def test_a_closed_channel_neither_hears_nor_acknowledges(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    assert host.ask(b"S6\r") == b"\r"
    bus.send(FRAMES["short"])
    assert host.quiet(0.05)
    assert setting.timeline.call(lambda: setting.medium.frames) == 0
    assert host.ask(b"O\r") == b"\r"
    assert host.line() == b"t0001FF\r"


def test_listening_only_hears_all_and_acknowledges_nothing(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    assert [host.ask(line) for line in (b"S6\r", b"L\r")] == [b"\r", b"\r"]
    bus.send(FRAMES["short"])
    assert [host.line() for _ in range(3)] == [b"t0001FF\r"] * 3, "its sender repeats it for ever"
    assert setting.timeline.call(lambda: setting.medium.frames) == 0
    setting.twin()
    assert setting.timeline.until(lambda: setting.medium.frames == 1, PATIENCE)
    host.write(b"t1000\r")
    while (line := host.line()) == b"t0001FF\r":
        pass
    assert line == b"\a"


def test_python_can_listening_only_does_not_send(setting: Setting) -> None:
    host = setting.slcan(listen_only=True)
    bus, other = setting.twin(), setting.twin()
    host.send(FRAMES["standard"])
    other.send(FRAMES["short"])
    assert host.recv(PATIENCE) is not None
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x000
    assert setting.adapter.counters.from_host == 0


def test_time_stamps_count_milliseconds(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    assert [host.ask(line) for line in (b"Z1\r", b"S6\r", b"O\r")] == [b"\r"] * 3
    stamps = []
    for _ in range(2):
        bus.send(FRAMES["short"])
        line = host.line()
        assert line.startswith(b"t0001FF")
        assert len(line) == 12
        stamps.append(int(line[7:11], 16))
        setting.timeline.run(0.1)
    assert 90 <= stamps[1] - stamps[0] <= 1000
    assert setting.timeline.seconds * 1000 > stamps[1]


def test_time_stamps_start_again_after_a_minute(setting: Setting) -> None:
    host = setting.host()
    assert [host.ask(line) for line in (b"Z1\r", b"S6\r", b"O\r")] == [b"\r"] * 3
    device = setting.adapter._device
    assert device is not None
    for milliseconds, stamp in ((59_999, b"EA5F"), (60_000, b"0000"), (120_001, b"0001")):
        when = Nanoseconds(device._plugged_at + milliseconds * 1_000_000)
        setting.timeline.call(lambda when=when: device.show(when, FRAMES["empty"]))
        assert host.line() == b"t7FF0" + stamp + b"\r"


def test_a_full_transmit_queue_refuses_and_says_so(setting: Setting) -> None:
    host = setting.host()
    assert [host.ask(line) for line in (b"S6\r", b"O\r")] == [b"\r", b"\r"]
    assert [host.ask(b"t1000\r") for _ in range(65)] == [b"z\r"] * 64 + [b"\a"]
    flags = host.ask(b"F\r")
    assert int(flags[1:3], 16) & 0x02
    assert setting.adapter.counters.refused == 1
    bus = setting.twin()
    assert [bus.recv(PATIENCE) is not None for _ in range(64)] == [True] * 64
    assert host.ask(b"t1000\r") == b"z\r"


def test_closing_forgets_what_was_not_sent(setting: Setting) -> None:
    host = setting.host()
    assert [host.ask(line) for line in (b"S6\r", b"O\r", b"t1000\r", b"C\r", b"O\r")][2:] == [
        b"z\r",
        b"\r",
        b"\r",
    ]
    bus = setting.twin()
    assert host.ask(b"t2000\r") == b"z\r"
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x200


def test_a_lost_arbitration_is_flagged_once(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    assert [host.ask(line) for line in (b"S6\r", b"O\r")] == [b"\r", b"\r"]
    for _ in range(400):
        bus.send(FRAMES["short"])
    assert host.line() == b"t0001FF\r"
    host.write(b"t7FF0\r")
    assert bus.recv(PATIENCE) is not None
    lines = [host.line() for _ in range(400)]
    assert sorted(set(lines)) == [b"t0001FF\r", b"z\r"]
    flags = host.ask(b"F\r")
    assert int(flags[1:3], 16) & 0x40
    assert host.ask(b"F\r") == b"F00\r"


def test_bus_off_needs_closing_and_opening(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin(error_frames=False)
    assert [host.ask(line) for line in (b"S6\r", b"O\r")] == [b"\r", b"\r"]
    setting.medium.disturbance = lambda _bits: 1.0
    assert host.ask(b"t1000\r") == b"z\r"
    (station,) = (one for one in setting.medium.stations if one.name == "slcan canable")
    assert setting.timeline.until(lambda: station.state is State.BUS_OFF, PATIENCE)
    setting.medium.disturbance = None
    assert host.ask(b"F\r") == b"FA4\r"  # bus error, error-passive, error warning
    assert host.ask(b"F\r") == b"F24\r"  # the state lasts, the event is over
    assert host.ask(b"t1000\r") == b"\a"
    assert host.ask(b"O\r") == b"\a"
    assert [host.ask(line) for line in (b"C\r", b"O\r", b"F\r")] == [b"\r", b"\r", b"F00\r"]
    assert host.ask(b"t2000\r") == b"z\r"
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x200


def test_at_another_bit_rate_nothing_is_understood(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    other = setting.twin()
    assert [host.ask(line) for line in (b"S5\r", b"L\r")] == [b"\r", b"\r"]
    bus.send(FRAMES["standard"])
    assert other.recv(PATIENCE) is not None
    flags = host.ask(b"F\r")
    assert int(flags[1:3], 16) & 0x80
    assert setting.adapter.counters.to_host == 0


def test_at_another_bit_rate_it_destroys_what_others_send(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin()
    setting.twin()
    assert [host.ask(line) for line in (b"S5\r", b"O\r")] == [b"\r", b"\r"]
    bus.send(FRAMES["standard"])
    assert setting.timeline.until(lambda: setting.medium.error_frames > 0, PATIENCE)


def test_without_retransmission_a_frame_is_tried_once(setting: Setting) -> None:
    host, bus = setting.host(), setting.twin(error_frames=False)
    assert [host.ask(line) for line in (b"A0\r", b"S6\r", b"O\r")] == [b"\r"] * 3
    setting.medium.disturbance = lambda _bits: 1.0
    assert host.ask(b"t1000\r") == b"z\r"
    assert setting.timeline.until(lambda: setting.medium.error_frames == 1, PATIENCE)
    setting.medium.disturbance = None
    assert host.ask(b"t2000\r") == b"z\r"
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x200


def test_simulated_time_is_refused(tmp_path: Path) -> None:
    timeline = SimulatedTimeline()
    medium = Medium(timeline, "simulated")
    with pytest.raises(TimelineError, match="wall time only"):
        SlcanAdapter(medium, tmp_path / "canable", timeline=timeline)
    assert not (tmp_path / "canable").exists()
