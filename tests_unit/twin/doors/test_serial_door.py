"""Instruments on serial lines: their names last, on either time, and for other processes."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

import pytest

from bmshil.bench.assembly import serve_twin
from bmshil.bench.assembly.doors import doors_folder
from bmshil.errors import InstrumentError, PortError
from bmshil.instruments import driver
from bmshil.rig import find, load
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium
from bmshil.twin.canbus.bus import TwinBus
from bmshil.twin.doors import SerialDoor
from bmshil.twin.instruments import Faults
from bmshil.twin.server import Server
from bmshil.twin.software_bench import SoftwareBench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHANNELS = {"dc_main": 1, "ac_grid": 4}
PATIENCE = 5.0


class Echo:
    """Says every line back."""

    def answer(self, received: bytearray) -> bytes:
        end = received.rfind(b"\n") + 1
        line = bytes(received[:end])
        del received[:end]
        return line


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def link(tmp_path: Path, faults: Faults) -> Iterator[Path]:
    """The name of a serial device that echoes."""
    server = Server()
    SerialDoor(server, tmp_path / "echo", Echo, faults)
    server.start()
    yield tmp_path / "echo"
    server.stop()
    assert not (tmp_path / "echo").is_symlink()


def said(link: Path, line: bytes) -> bytes:
    """Open the device, say something and hear as many bytes; the one who opened it goes away again."""
    file = os.open(link, os.O_RDWR | os.O_NOCTTY)
    try:
        os.write(file, line)
        heard = b""
        while len(heard) < len(line) and select.select([file], [], [], PATIENCE)[0]:
            heard += os.read(file, 100)
        return heard
    finally:
        os.close(file)


def test_bytes_go_through_unchanged_and_a_host_may_come_and_go(link: Path) -> None:
    every = bytes(byte for byte in range(256) if byte != 10) + b"\n"
    assert said(link, every) == every
    assert said(link, b"again\n") == b"again\n"


def test_it_vanishes_and_comes_back_under_its_name(link: Path, faults: Faults) -> None:
    file = os.open(link, os.O_RDWR | os.O_NOCTTY)
    faults.unplugged = True
    assert not link.is_symlink()
    with pytest.raises(OSError, match="Input/output error"):
        os.write(file, b"gone\n")
    os.close(file)
    faults.unplugged = False
    assert said(link, b"back\n") == b"back\n"


def test_what_was_said_in_halves_before_is_forgotten_when_it_is_plugged_in_again(
    link: Path, faults: Faults
) -> None:
    assert said(link, b"one\n") == b"one\n"
    file = os.open(link, os.O_RDWR | os.O_NOCTTY)
    os.write(file, b"half a li")
    faults.unplugged = True
    faults.unplugged = False
    os.close(file)
    assert said(link, b"whole\n") == b"whole\n"


def test_a_name_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    server = Server()
    (tmp_path / "taken").write_text("a file")
    for name, words in (("taken", "something else has this name"), ("no/folder", "make its folder first")):
        with pytest.raises(PortError, match=f"instrument .*{words}"):
            SerialDoor(server, tmp_path / name, Echo, Faults())
    server.stop()


# On the software bench


@pytest.fixture
def bench() -> Iterator[SoftwareBench]:
    """A software bench on simulated time whose relay board stands on a serial line."""
    timeline = SimulatedTimeline()
    medium = can_medium.free_name("serial-door")
    can_medium.create(medium, timeline)
    bus = TwinBus(medium)
    usual = {"supply": "scpi-supply", "meter": "scpi-meter", "relays": "waveshare-relays"}
    bench = SoftwareBench(timeline, {}, bus, packs=1, setup={"instruments": usual, "relays": CHANNELS})
    bench.start()
    yield bench
    bench.stop()
    bus.shutdown()
    timeline.close()
    can_medium.remove(medium)


def test_simulated_time_stands_still_while_a_serial_instrument_answers(bench: SoftwareBench) -> None:
    resource = bench.resources["relays"]
    assert resource.startswith("ASRL/")
    assert resource.endswith("/relays::INSTR")
    assert bench.resources["supply"].startswith("TCPIP::127.0.0.1::")
    relays = driver("waveshare-relays", "relays").connect(
        "relays", resource, channels=CHANNELS, timeout=PATIENCE
    )
    relays.close("ac_grid")
    assert bench.contacts["relays"].closed("ac_grid")
    bench.instruments["relays"].faults.unplugged = True
    with pytest.raises(InstrumentError, match=r"relays .*was unplugged"):
        relays.open("ac_grid")
    bench.instruments["relays"].faults.unplugged = False
    relays.open("ac_grid")
    assert not bench.contacts["relays"].closed("ac_grid")
    relays.disconnect()


@pytest.mark.wall
def test_another_process_finds_it_beside_the_adapters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    text = find("twin-process").read_text(encoding="utf-8")
    assert "driver: scpi-relays" in text
    (tmp_path / "rig.yaml").write_text(text.replace("driver: scpi-relays", "driver: waveshare-relays"))
    rig = load(tmp_path / "rig.yaml")
    with serve_twin(rig) as served:
        resource = served.doors.instruments["relays"]
        assert resource == f"ASRL{doors_folder('twin-process')}/relays::INSTR"
        relays = driver("waveshare-relays", "relays").connect(
            "relays", resource, channels=CHANNELS, timeout=PATIENCE
        )
        relays.close("dc_main")
        assert relays.closed("dc_main")
        relays.open_all()
        relays.disconnect()
