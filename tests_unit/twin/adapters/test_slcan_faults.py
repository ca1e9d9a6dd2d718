"""What can be wrong with the adapter, and what its host sees of it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import can
import pytest

from bmshil.errors import InputError
from bmshil.twin.adapters import Counters
from bmshil.twin.adapters.faults import Faults

if TYPE_CHECKING:
    from conftest import Host, Setting

pytestmark = pytest.mark.wall

PATIENCE = 5.0
FRAME = can.Message(arbitration_id=0x12345678, data=bytes(8))
LINE = b"T1234567880000000000000000\r"
FITTING = 65536 // 27  # lines of this length that the adapter keeps for its host


def opened(setting: Setting) -> Host:
    host = setting.host()
    assert [host.ask(line) for line in (b"S6\r", b"O\r")] == [b"\r", b"\r"]
    return host


def test_what_came_during_a_stall_comes_after_it(setting: Setting) -> None:
    host, bus = opened(setting), setting.twin()
    setting.adapter.stall(True)
    for _ in range(10):
        bus.send(FRAME)
    assert setting.timeline.until(lambda: setting.medium.frames == 10, PATIENCE)
    assert host.quiet(0.05)
    setting.adapter.stall(False)
    assert [host.line() for _ in range(10)] == [LINE] * 10


def test_what_a_host_writes_during_a_stall_piles_up_until_the_tty_is_full(setting: Setting) -> None:
    host = opened(setting)
    setting.adapter.stall(True)
    written = 0
    with suppress(BlockingIOError):
        while True:
            written += os.write(host.file, b"t1000\r" * 100)
    counters = setting.adapter.counters
    assert written > 4000
    assert counters == Counters()
    setting.adapter.stall(False)
    assert setting.timeline.until(lambda: counters.from_host + counters.refused == written // 6, PATIENCE)


def test_more_than_the_adapter_can_keep_is_lost_counted_and_flagged(setting: Setting) -> None:
    host, bus = opened(setting), setting.twin()
    setting.adapter.stall(True)
    for _ in range(FITTING + 50):
        bus.send(FRAME)
    assert setting.timeline.until(lambda: setting.medium.frames == FITTING + 50, PATIENCE)
    assert setting.adapter.counters == Counters(to_host=FITTING, overruns=50)
    setting.adapter.stall(False)
    assert [host.line() for _ in range(FITTING)] == [LINE] * FITTING
    assert host.ask(b"F\r") == b"F09\r"
    assert host.ask(b"F\r") == b"F00\r"


def test_a_host_that_never_reads_does_not_hold_up_the_bus(setting: Setting) -> None:
    opened(setting)
    bus, other = setting.twin(), setting.twin()
    for _ in range(4000):
        bus.send(FRAME)
    assert setting.timeline.until(lambda: setting.medium.frames == 4000, PATIENCE)
    assert all(other.recv(0) is not None for _ in range(4000))
    counters = setting.adapter.counters
    assert counters.to_host + counters.overruns == 4000
    assert counters.overruns > 300


def test_a_replugged_adapter_is_not_stalled(setting: Setting) -> None:
    opened(setting)
    setting.adapter.stall(True)
    setting.adapter.unplug()
    setting.adapter.replug()
    assert opened(setting).ask(b"V\r") == b"V1013\r"


def test_what_still_comes_from_a_host_while_it_is_pulled_out_is_not_answered(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = setting.adapter._device
    assert device is not None
    close = device.terminal.close

    def closed_while_a_command_waits() -> None:
        close()
        setting.timeline.call(lambda: device._take(b"V\r"))

    monkeypatch.setattr(device.terminal, "close", closed_while_a_command_waits)
    setting.adapter.unplug()
    assert not setting.adapter.plugged


def test_dropped_frames_are_missing_and_counted(setting: Setting) -> None:
    host, bus = opened(setting), setting.twin()
    setting.adapter.drop(0.5)
    for _ in range(400):
        bus.send(FRAME)
    assert setting.timeline.until(lambda: setting.medium.frames == 400, PATIENCE)
    counters = setting.adapter.counters
    assert 120 < counters.dropped < 280
    assert counters.to_host == 400 - counters.dropped
    assert [host.line() for _ in range(counters.to_host)] == [LINE] * counters.to_host
    assert host.ask(b"V\r") == b"V1013\r"  # replies are no frames


def test_all_frames_dropped(setting: Setting) -> None:
    host, bus = opened(setting), setting.twin()
    setting.adapter.drop(1.0)
    bus.send(FRAME)
    assert setting.timeline.until(lambda: setting.adapter.counters.dropped == 1, PATIENCE)
    setting.adapter.drop(0.0)
    bus.send(FRAME)
    assert host.line() == LINE


def test_garbled_lines_break_python_cans_driver(setting: Setting) -> None:
    host, bus = setting.slcan(), setting.twin()
    setting.adapter.garble(1.0)
    for _ in range(20):
        bus.send(can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes(8)))
    # What its driver raises at a malformed line; some it takes for frames
    with pytest.raises((ValueError, IndexError)):
        list(iter(lambda: host.recv(1.0), None))
    assert setting.timeline.until(lambda: setting.adapter.counters.garbled >= 20, PATIENCE)


def test_replies_are_garbled_too(setting: Setting) -> None:
    host = opened(setting)
    setting.adapter.garble(1.0)
    host.write(b"V\r")
    assert setting.timeline.until(lambda: setting.adapter.counters.garbled == 1, PATIENCE)
    setting.adapter.garble(0.0)
    assert b"V1013\r" not in (host.ask(b"V\r"), b"")


def test_a_flood_brings_frames_that_nobody_sent(setting: Setting) -> None:
    host = setting.slcan()
    setting.adapter.flood(500)
    heard = [host.recv(PATIENCE) for _ in range(100)]
    setting.adapter.flood(0)
    assert None not in heard
    assert len({frame.arbitration_id for frame in heard if frame is not None}) > 20
    assert setting.adapter.counters.invented >= 100
    assert setting.timeline.call(lambda: setting.medium.frames) == 0


def test_a_flood_has_its_rate(setting: Setting) -> None:
    opened(setting)
    setting.adapter.flood(1250)
    setting.timeline.run(0.4)
    setting.adapter.flood(0)
    # Late steps are skipped, so a busy machine gets fewer
    assert 50 < setting.adapter.counters.invented <= 525


def test_a_closed_channel_is_not_flooded(setting: Setting) -> None:
    host = setting.host()
    setting.adapter.flood(1000)
    assert host.quiet(0.05)
    assert setting.adapter.counters.invented == 0


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_between_none_and_all(setting: Setting, share: float) -> None:
    with pytest.raises(InputError, match="drop"):
        setting.adapter.drop(share)
    with pytest.raises(InputError, match="garble"):
        setting.adapter.garble(share)


def test_a_flood_has_no_negative_rate(setting: Setting) -> None:
    with pytest.raises(InputError, match="flood"):
        setting.adapter.flood(-1)


def test_the_same_seed_makes_the_same_faults() -> None:
    def heard(seed: int) -> list[object]:
        faults = Faults(seed, Counters())
        faults.drop(0.3)
        faults.garble(0.3)
        return [(faults.loses(), faults.damaged(LINE), faults.invented().arbitration_id) for _ in range(50)]

    assert heard(7) == heard(7)
    assert heard(7) != heard(8)


def test_a_garbled_line_is_never_the_line_itself() -> None:
    faults = Faults(1, Counters())
    faults.garble(1.0)
    assert LINE not in {faults.damaged(LINE) for _ in range(500)}
