"""An RS485 adapter on a pseudo-terminal, for another process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import serial

from bmshil.errors import TimelineError
from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.serialbus import SerialAdapter, SerialMedium, SerialStation

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.wall
def test_a_host_talks_to_a_station_through_it(tmp_path: Path) -> None:
    timeline = WallTimeline(realtime=False)
    line = SerialMedium(timeline, "wall")
    heard = bytearray()
    complete = threading.Event()

    def hear(_when: int, data: bytes) -> None:
        heard.extend(data)
        if len(heard) >= 5:
            complete.set()
            station.send(b"world")

    station = SerialStation(line, hear, baud=115_200)
    adapter = SerialAdapter(line, tmp_path / "rs485", baud=115_200)
    adapter.start()
    try:
        with serial.Serial(str(adapter.link), 115_200, timeout=5) as host:
            host.write(b"hello")
            assert complete.wait(5)
            assert bytes(heard) == b"hello"
            assert host.read(5) == b"world"
        adapter.stop()
        assert not adapter.plugged
        assert not adapter.link.is_symlink()
    finally:
        adapter.stop()
        timeline.close()


def test_it_needs_real_time(tmp_path: Path) -> None:
    with pytest.raises(TimelineError, match="twin://here"):
        SerialAdapter(SerialMedium(SimulatedTimeline(), "here"), tmp_path / "rs485")
