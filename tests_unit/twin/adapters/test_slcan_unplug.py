"""The adapter is pulled out and put in again, under a host that has it open."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import can
import pytest

if TYPE_CHECKING:
    from conftest import Setting

pytestmark = pytest.mark.wall

PATIENCE = 5.0
CYCLES = 50
FRAME = can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes(8))


def files_open() -> list[str]:
    return sorted(file.name for file in Path("/proc/self/fd").iterdir())


def test_python_can_raises_and_the_link_is_gone(setting: Setting) -> None:
    host = setting.slcan()
    setting.adapter.unplug()
    assert not setting.adapter.plugged
    assert not setting.adapter.link.is_symlink()
    assert not setting.medium.stations
    with pytest.raises(can.CanOperationError):
        host.recv(PATIENCE)
    with pytest.raises(can.CanOperationError):
        host.send(FRAME)
    with pytest.raises(can.CanInitializationError):
        setting.slcan()


def test_a_frame_that_waited_is_not_sent_any_more(setting: Setting) -> None:
    host = setting.host()
    assert [host.ask(line) for line in (b"S6\r", b"O\r", b"t1000\r")] == [b"\r", b"\r", b"z\r"]
    setting.adapter.unplug()
    setting.adapter.replug()
    bus, other = setting.twin(), setting.twin()
    other.send(FRAME)
    got = bus.recv(PATIENCE)
    assert got is not None
    assert got.arbitration_id == 0x351


def test_it_comes_back_closed_and_without_settings(setting: Setting) -> None:
    host = setting.host()
    assert [host.ask(line) for line in (b"S6\r", b"Z1\r", b"O\r")] == [b"\r"] * 3
    setting.adapter.unplug()
    setting.adapter.replug()
    again = setting.host()
    assert again.ask(b"F\r") == b"\a"
    assert again.ask(b"O\r") == b"\a"


def test_pulling_twice_and_plugging_twice_changes_nothing(setting: Setting) -> None:
    setting.adapter.unplug()
    setting.adapter.unplug()
    setting.adapter.replug()
    named = setting.adapter.link.readlink()
    setting.adapter.replug()
    assert setting.adapter.link.readlink() == named


def test_an_event_may_pull_it_out(setting: Setting) -> None:
    setting.slcan()
    setting.timeline.after(0.0, setting.adapter.unplug)
    assert setting.timeline.until(lambda: not setting.adapter.plugged, PATIENCE)
    assert not setting.medium.stations
    setting.adapter.replug()
    assert setting.slcan().get_version(PATIENCE) == (10, 13)  # type: ignore[attr-defined]  # of this driver only


def test_it_can_be_pulled_out_after_the_timeline_was_closed(setting: Setting) -> None:
    setting.host()
    setting.timeline.close()
    setting.adapter.unplug()
    assert not setting.adapter.link.is_symlink()


def test_fifty_cycles_leave_nothing_behind(setting: Setting) -> None:
    bus = setting.twin()

    def cycle() -> None:
        host = can.Bus(
            interface="slcan",
            channel=str(setting.adapter.link),
            bitrate=500_000,
            sleep_after_open=0,
            ignore_config=True,
        )
        host.send(FRAME)
        assert bus.recv(PATIENCE) is not None
        bus.send(FRAME)
        assert host.recv(PATIENCE) is not None
        setting.adapter.unplug()
        with pytest.raises(can.CanOperationError):
            host.recv(PATIENCE)
        setting.forsake(host)
        setting.adapter.replug()

    cycle()
    files = files_open()
    threads = len(threading.enumerate())
    for _ in range(CYCLES):
        cycle()
    assert files_open() == files
    assert len(threading.enumerate()) == threads


def test_stopping_leaves_no_file_and_no_thread(setting: Setting) -> None:
    setting.adapter.stop()
    files = files_open()
    threads = len(threading.enumerate())
    setting.adapter.start()
    setting.adapter.flood(1000)
    setting.adapter.stop()
    setting.adapter.stop()
    assert files_open() == files
    assert len(threading.enumerate()) == threads
