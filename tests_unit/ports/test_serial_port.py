"""The serial port on the twin's line, on pseudo-terminals, and when its device goes away."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING

import pytest
import serial

from bmshil.errors import PortError
from bmshil.journal import Journal
from bmshil.ports import SerialPort
from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.doors.tty import Tty
from bmshil.twin.serialbus import SerialAdapter, SerialMedium, SerialStation, create, remove

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bmshil.timeline import Nanoseconds, Timeline

PATIENCE = 10.0  # s; no test needs it


class Opened:
    """A port, what it hears, and its journal."""

    def __init__(self, timeline: Timeline, url: str, baud: int = 9600) -> None:
        self.timeline = timeline
        self.journal = Journal(timeline)
        self.port = SerialPort(timeline, self.journal, role="emulator", url=url, baud=baud)
        self.heard: list[tuple[float, bytes]] = []
        self.port.subscribe(self._hear)
        self.port.open()

    def _hear(self, when: Nanoseconds, data: bytes) -> None:
        self.heard.append((when / 1e6, data))

    @property
    def bytes_heard(self) -> bytes:
        return b"".join(data for _, data in self.heard)

    def events(self, kind: str) -> list[dict[str, object]]:
        return [event.data for event in self.journal.events(0, 1e9, kind)]

    def until(self, text: bytes) -> bool:
        return self.timeline.until(lambda: text in self.bytes_heard, PATIENCE)


@pytest.fixture
def twin(monkeypatch: pytest.MonkeyPatch) -> Iterator[SerialMedium]:
    packages = [*serial.protocol_handler_packages, "bmshil.twin.serialbus"]
    monkeypatch.setattr(serial, "protocol_handler_packages", packages)
    yield create("port-test", SimulatedTimeline())
    remove("port-test")


@pytest.fixture
def wall() -> Iterator[WallTimeline]:
    timeline = WallTimeline(realtime=False)
    yield timeline
    timeline.close()


class TestOnSimulatedTime:
    """Through ``twin://`` bytes are pushed, and take their time."""

    def test_bytes_take_their_time_both_ways(self, twin: SerialMedium) -> None:
        got: list[tuple[float, bytes]] = []
        station = SerialStation(twin, lambda when, data: got.append((when / 1e6, data)))
        opened = Opened(twin.timeline, "twin://port-test")
        opened.port.send(b"~" * 18)
        twin.timeline.run(0.1)
        assert got == [(18.75, b"~" * 18)]
        station.send(b"!" * 36)
        twin.timeline.run(0.1)
        assert opened.heard == [(137.5, b"!" * 36)]
        assert opened.events("serial") == [
            {"direction": "sent", "data": "7e" * 18},
            {"direction": "received", "data": "21" * 36},
        ]

    def test_a_closed_port_neither_hears_nor_sends(self, twin: SerialMedium) -> None:
        station = SerialStation(twin, lambda _when, _data: None)
        opened = Opened(twin.timeline, "twin://port-test")
        opened.port.close()
        opened.port.close()
        station.send(b"x")
        twin.timeline.run(0.1)
        assert opened.heard == []
        with pytest.raises(PortError, match="emulator: not open"):
            opened.port.send(b"x")

    @pytest.mark.parametrize("url", ["loop://", "/dev/null", "socket://127.0.0.1:1"])
    def test_what_runs_by_itself_is_refused(self, url: str) -> None:
        with pytest.raises(PortError, match="simulated time cannot wait for it"):
            Opened(SimulatedTimeline(), url)


def test_what_is_not_there_is_told(wall: WallTimeline, tmp_path: Path) -> None:
    with pytest.raises(PortError, match=r"emulator: .*/nothing cannot be opened"):
        Opened(wall, str(tmp_path / "nothing"))


@pytest.mark.wall
def test_bytes_pass_through_a_terminal(wall: WallTimeline, tmp_path: Path) -> None:
    device = Tty(tmp_path / "rs485", "test")
    os.set_blocking(device.device, True)
    opened = Opened(wall, str(tmp_path / "rs485"))
    try:
        os.write(device.device, b"\x00\xff~2002\r")
        assert opened.until(b"\x00\xff~2002\r")
        wall.call(lambda: opened.port.send(b"reply"))
        assert os.read(device.device, 5) == b"reply"
    finally:
        opened.port.close()
        device.close()


@pytest.mark.wall
def test_a_device_that_takes_nothing_costs_messages_not_time(wall: WallTimeline, tmp_path: Path) -> None:
    device = Tty(tmp_path / "rs485", "test")
    opened = Opened(wall, str(tmp_path / "rs485"))
    try:

        def flood() -> float:
            begun = wall.seconds
            for _ in range(40):
                opened.port.send(bytes(4096))
            return wall.seconds - begun

        assert wall.call(flood) < 1.0
        assert wall.until(lambda: opened.port.health.outages == 1, PATIENCE)
        assert opened.port.health.lost >= 24
        assert "stalled" in str(opened.events("port_error")[0]["cause"])
    finally:
        opened.port.close()
        device.close()


@pytest.mark.wall
def test_a_pulled_out_adapter_is_told_once_and_opened_again(wall: WallTimeline, tmp_path: Path) -> None:
    line = SerialMedium(wall, "wall")
    answered = threading.Event()
    station = SerialStation(line, lambda _when, _data: answered.set(), baud=115_200)
    adapter = SerialAdapter(line, tmp_path / "rs485", baud=115_200)
    adapter.start()
    opened = Opened(wall, str(adapter.link), 115_200)
    try:
        adapter.stop()
        assert wall.until(lambda: opened.port.health.outages == 1, PATIENCE)
        wall.call(lambda: opened.port.send(b"lost"))
        assert opened.port.health.lost == 1
        adapter.start()
        assert wall.until(lambda: opened.port.health.down is None, PATIENCE)
        wall.call(lambda: station.send(b"again"))
        assert opened.until(b"again")
        wall.call(lambda: opened.port.send(b"here"))
        assert answered.wait(PATIENCE)
    finally:
        opened.port.close()
        adapter.stop()
    assert [event["what"] for event in opened.events("port_error")] == ["unplugged"]
    assert [event["what"] for event in opened.events("port_recovered")] == ["unplugged"]


@pytest.mark.wall
def test_bytes_pass_through_a_network_socket(wall: WallTimeline) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, number = server.getsockname()
        opened = Opened(wall, f"socket://{host}:{number}")
        peer, _ = server.accept()
        with peer:
            peer.settimeout(PATIENCE)
            peer.sendall(b"~2002\r")
            assert opened.until(b"~2002\r")
            wall.call(lambda: opened.port.send(b"reply"))
            assert peer.recv(5, socket.MSG_WAITALL) == b"reply"
        assert wall.until(lambda: opened.port.health.outages == 1, PATIENCE)
        opened.port.close()
