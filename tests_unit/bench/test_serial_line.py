"""The bank's RS485 line as a rig file asks for it: the twin's on simulated time, a terminal on wall time."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import serial

from bmshil.bench.assembly.house import open_house
from bmshil.bench.assembly.serial_line import make_serial_medium, open_line, plug_in_serial, serial_through
from bmshil.journal import Journal
from bmshil.rig import SerialChannel, load
from bmshil.timeline import WallTimeline
from bmshil.twin.serialbus import SerialStation

if TYPE_CHECKING:
    from pathlib import Path

    from bmshil.bms.multidrop import Multidrop
    from bmshil.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return replace(load("twin"), serial={"emulator": SerialChannel("twin")})


class Echo:
    """A pack that says again what it hears, 10 ms later."""

    def __init__(self, line: Multidrop) -> None:
        self._line = line
        line.attach(self)

    def hear(self, _when: int, data: bytes) -> None:
        self._line.send(self, data, after=0.01)


def test_a_rig_without_one_has_none() -> None:
    with ExitStack() as stack:
        house = open_house(load("twin"), stack, None, simulated=True, mutated=None, terminal_voltage=None)
        assert house.line is None


def test_packs_answer_on_the_line_of_the_twin(rig: Rig) -> None:
    with ExitStack() as stack:
        house = open_house(rig, stack, None, simulated=True, mutated=None, terminal_voltage=None)
        assert house.line is not None
        assert house.line.baud == 9600
        Echo(house.line)
        with serial.serial_for_url("twin://rs485", baudrate=9600, timeout=1.0) as host:
            host.write(b"~" * 18)
            assert host.read(18) == b"~" * 18
        # 18 characters there and back at 9600 bit/s, and 10 ms in between.
        assert house.timeline.seconds == pytest.approx(0.0475, abs=1e-9)
    with pytest.raises(serial.SerialException, match="does not exist"):
        serial.serial_for_url("twin://rs485")


@pytest.mark.wall
def test_packs_answer_through_the_door_of_another_process(rig: Rig, tmp_path: Path) -> None:
    fast = replace(rig, serial={"emulator": SerialChannel("twin", baud=115_200)})
    with ExitStack() as stack:
        timeline = WallTimeline(realtime=False)
        stack.callback(timeline.close)
        medium = make_serial_medium(fast, timeline, stack)
        assert medium is not None
        devices = plug_in_serial(fast, medium, tmp_path, stack)
        served = replace(fast, serial=serial_through(fast, devices))
        assert served.serial["emulator"].device == str(tmp_path / "rs485")
        line = open_line(served, timeline, Journal(timeline), None, stack)
        assert line is not None
        Echo(line)
        heard: list[bytes] = []
        inverter = SerialStation(medium, lambda _when, data: heard.append(data), baud=115_200)
        timeline.call(lambda: inverter.send(b"~20024661"))
        assert timeline.until(lambda: b"".join(heard) == b"~20024661", 10)
