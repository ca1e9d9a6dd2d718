import socket
import struct
from collections.abc import Callable, Iterator

import can
import pytest

from bmshil.errors import PortError, TimelineError
from bmshil.timeline import SimulatedTimeline, WallTimeline
from bmshil.twin.adapters.gs_usb import GsUsbAdapter
from bmshil.twin.canbus.confinement import BusError, State
from bmshil.twin.canbus.medium import Medium
from bmshil.twin.canbus.station import Station

BIT_TIMING_500K = bytes.fromhex("06000000 07000000 02000000 01000000 06000000")
BIT_TIMING_250K = bytes.fromhex("06000000 07000000 02000000 01000000 0c000000")
LISTEN_ONLY, ONE_SHOT, TIME_STAMPS, BUS_ERRORS = 1, 8, 16, 0x1000
NO_ECHO = bytes.fromhex("ffffffff")
LIMITS = "01000000 51030000 08 00 00 00 3202f401f401d601"  # 0x351, under the echo number 1
KEEP_ALIVE = "02000000 05030000 08 00 00 00 0000000000000000"


class Host:
    """Plays the kernel: every transfer is asked for by hand."""

    line: socket.socket

    def __init__(self) -> None:
        self._number = 0
        self._lines: list[socket.socket] = []

    def plug(self, line: socket.socket) -> None:
        self.line = line.dup()
        self.line.settimeout(10)
        self._lines.append(self.line)

    def close(self) -> None:
        for line in self._lines:
            line.close()

    def ask(self, request: int, length: int) -> bytes:
        """Make a vendor request for data."""
        status, data = self._transfer(0, struct.pack("<BBHHH", 0xC1, request, 0, 0, length), length=length)
        assert status == 0
        return data

    def tell(self, request: int, data: bytes) -> int:
        """Make a vendor request with data; return its status."""
        return self._transfer(0, struct.pack("<BBHHH", 0x41, request, 0, 0, len(data)), data)[0]

    def up(self, *, timing: bytes = BIT_TIMING_500K, flags: int = 0) -> None:
        assert self.tell(0, bytes.fromhex("efbe0000")) == 0
        assert self.tell(1, timing) == 0
        assert self.tell(2, struct.pack("<II", 1, flags)) == 0

    def down(self) -> None:
        assert self.tell(2, bytes(8)) == 0

    def state(self) -> tuple[int, ...]:
        """Return state, receive and transmit error counter."""
        return struct.unpack("<3I", self.ask(14, 12))

    def send(self, frame: str) -> None:
        assert self._transfer(2, bytes(8), bytes.fromhex(frame))[0] == 0

    def fetch(self) -> bytes:
        """Return the next frame from the adapter."""
        return self._transfer(1, bytes(8), length=128)[1]

    def _transfer(
        self, endpoint: int, setup: bytes, data: bytes = b"", *, length: int = 0
    ) -> tuple[int, bytes]:
        self._number += 1
        head = struct.pack(
            "!6I4i", 1, self._number, 0x10001, length > 0, endpoint, 0, length or len(data), 0, 0, 0
        )
        self.line.sendall(head + setup + data)
        answer = self.line.recv(48, socket.MSG_WAITALL)
        command, number, _, _, _, status, taken = struct.unpack_from("!5Iii", answer)
        assert (command, number) == (3, self._number)
        return status, self.line.recv(taken, socket.MSG_WAITALL) if length and taken else b""


class Peer:
    """Another controller on the segment."""

    def __init__(self, medium: Medium) -> None:
        self._medium = medium
        self.heard: list[can.Message] = []
        self.station = Station("peer", lambda _, message: self.heard.append(message), lambda *_: None)
        medium.timeline.call(lambda: medium.attach(self.station))

    def send(self, message: can.Message) -> None:
        self._medium.timeline.call(lambda: self._medium.submit(self.station, message))

    def hears(self, count: int) -> bool:
        return self._medium.timeline.until(lambda: len(self.heard) >= count, 10)


@pytest.fixture
def medium() -> Iterator[Medium]:
    timeline = WallTimeline(realtime=False)
    yield Medium(timeline, "gs_usb", 500_000)
    timeline.close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


Plug = Callable[..., GsUsbAdapter]


@pytest.fixture
def plug(medium: Medium, host: Host) -> Iterator[Plug]:
    made: list[GsUsbAdapter] = []

    def plug(**options: bool) -> GsUsbAdapter:
        adapter = GsUsbAdapter(medium, "A1", plug=host.plug, **options)
        adapter.start()
        made.append(adapter)
        return adapter

    yield plug
    for adapter in made:
        adapter.stop()


def test_the_host_sets_the_bit_rate_and_starts_the_channel(medium: Medium, host: Host, plug: Plug) -> None:
    adapter = plug()
    assert host.state() == (4, 0, 0)  # stopped
    assert (adapter.bitrate, adapter.state) == (None, None)
    host.up(timing=BIT_TIMING_250K, flags=LISTEN_ONLY | ONE_SHOT)
    assert (adapter.bitrate, adapter.state) == (250_000, State.ERROR_ACTIVE)
    (station,) = medium.stations
    assert (station.bitrate, station.listen_only, station.one_shot) == (250_000, True, True)
    assert host.state() == (0, 0, 0)
    host.down()
    assert medium.stations == ()
    assert host.state() == (4, 0, 0)


def test_what_a_host_asks_before_it_makes_an_interface(host: Host, plug: Plug) -> None:
    plug()
    assert host.ask(5, 12) == bytes.fromhex("00000000 02000000 01000000")
    assert host.ask(4, 40)[:8] == bytes.fromhex("39300000 006cdc02")  # features, 48 MHz
    assert len(host.ask(6, 4)) == 4


def test_requests_that_are_refused(host: Host, plug: Plug) -> None:
    plug()
    broken_pipe = -32
    assert host.tell(2, struct.pack("<II", 1, 0)) == broken_pipe  # started without a bit rate
    assert host.tell(1, bytes(20)) == broken_pipe  # no bit timing
    assert host.tell(10, bytes(20)) == broken_pipe  # of CAN FD


def test_a_frame_goes_out_and_is_confirmed_when_it_was_acknowledged(
    medium: Medium, host: Host, plug: Plug
) -> None:
    plug()
    host.up()
    host.send(LIMITS)
    assert medium.timeline.until(lambda: len(medium.stations[0].queue) == 1, 10)
    peer = Peer(medium)  # who acknowledges
    assert host.fetch() == bytes.fromhex(LIMITS)
    assert [(one.arbitration_id, one.data.hex()) for one in peer.heard] == [(0x351, "3202f401f401d601")]


def test_the_open_firmware_confirms_three_frames_that_nobody_acknowledged(
    medium: Medium, host: Host, plug: Plug
) -> None:
    plug(early_echo=True)
    host.up()
    for number in range(1, 5):
        host.send(f"0{number}{LIMITS[2:]}")
    assert [host.fetch()[0] for _ in range(3)] == [1, 2, 3]
    Peer(medium)
    # Before that the controller may have said that it is passive: a frame that is no echo.
    echoes = (frame[0] for frame in iter(host.fetch, b"") if frame[:4] != NO_ECHO)
    assert next(echoes) == 4


def test_a_frame_comes_in_with_a_stamp_when_asked(medium: Medium, host: Host, plug: Plug) -> None:
    plug()
    host.up(flags=TIME_STAMPS)
    peer = Peer(medium)
    peer.send(can.Message(arbitration_id=0x305, is_extended_id=False, data=bytes(8)))
    frame = host.fetch()
    assert frame[:20] == bytes.fromhex("ffffffff 05030000 08 00 00 00 0000000000000000")
    (stamp,) = struct.unpack("<I", frame[20:])
    assert stamp <= struct.unpack("<I", host.ask(6, 4))[0]


def test_the_host_is_told_of_lost_frames_when_it_did_not_fetch_them(
    medium: Medium, host: Host, plug: Plug
) -> None:
    plug()
    host.up()
    peer = Peer(medium)
    for number in range(66):
        peer.send(can.Message(arbitration_id=0x100 + number, is_extended_id=False))
    assert medium.timeline.until(lambda: medium.frames == 66, 10)
    kept = [host.fetch() for _ in range(64)]
    assert [int.from_bytes(frame[4:8], "little") for frame in kept] == list(range(0x100, 0x140))
    assert {frame[10] for frame in kept} == {0}
    peer.send(can.Message(arbitration_id=0x200, is_extended_id=False))
    assert host.fetch()[10] == 1  # overflow


def test_nothing_is_left_of_before_when_the_interface_comes_up_again(
    medium: Medium, host: Host, plug: Plug
) -> None:
    plug()
    host.up()
    host.send(LIMITS)
    host.down()
    host.up()
    peer = Peer(medium)
    host.send(KEEP_ALIVE)
    assert host.fetch() == bytes.fromhex(KEEP_ALIVE)
    assert [one.arbitration_id for one in peer.heard] == [0x305]


def _tell(medium: Medium, *errors: BusError) -> None:
    """Let the controller of the adapter, alone on the segment, report something."""
    (station,) = medium.stations
    report = station.on_error
    assert report is not None
    for error in errors:
        medium.timeline.call(lambda error=error: report(medium.timeline.now, error))


def _told(host: Host) -> tuple[int, str]:
    frame = host.fetch()
    return int.from_bytes(frame[4:8], "little"), frame[12:20].hex()


def test_changes_of_state_are_told_and_errors_only_when_asked(medium: Medium, host: Host, plug: Plug) -> None:
    plug()
    host.up()
    _tell(
        medium,
        BusError("bit", True, State.ERROR_ACTIVE, 88, 0),
        BusError("bit", True, State.ERROR_WARNING, 96, 0),
        BusError("bit", True, State.ERROR_WARNING, 104, 0),
        BusError("bit", True, State.ERROR_PASSIVE, 128, 0),
        BusError("bit", True, State.BUS_OFF, 256, 0),
        BusError("state", False, State.ERROR_ACTIVE, 0, 0),
    )
    assert [_told(host) for _ in range(4)] == [
        (0x20000204, "0008000000006000"),
        (0x20000204, "0020000000008000"),
        (0x20000040, "0000000000000000"),
        (0x20000204, "0040000000000000"),
    ]


@pytest.mark.parametrize(("unasked", "flags"), [(False, BUS_ERRORS), (True, 0)])
def test_every_error_is_told_when_asked_and_by_older_firmware_always(
    medium: Medium, host: Host, plug: Plug, unasked: bool, flags: int
) -> None:
    plug(unasked_errors=unasked)
    host.up(flags=flags)
    _tell(medium, BusError("stuff", False, State.ERROR_ACTIVE, 0, 1))
    assert _told(host) == (0x20000288, "0000040000000001")


def test_unplugging_takes_the_adapter_off_the_bus_and_replugging_starts_afresh(
    medium: Medium, host: Host, plug: Plug
) -> None:
    adapter = plug()
    host.up()
    adapter.unplug()
    assert host.line.recv(1) == b""
    assert medium.stations == ()
    assert (adapter.plugged, adapter.bitrate, adapter.state) == (False, None, None)
    adapter.unplug()
    adapter.replug()
    assert adapter.plugged
    assert host.state() == (4, 0, 0)


def test_a_host_that_goes_away_takes_the_adapter_off_the_bus(medium: Medium, host: Host, plug: Plug) -> None:
    plug()
    host.up()
    assert len(medium.stations) == 1
    host.line.close()
    assert medium.timeline.until(lambda: medium.stations == (), 10)


def test_a_host_that_takes_no_device(medium: Medium) -> None:
    def refuse(line: socket.socket) -> None:
        raise PortError(f"no port for {line.fileno()}")

    adapter = GsUsbAdapter(medium, "A1", plug=refuse)
    with pytest.raises(PortError, match="no port"):
        adapter.start()
    assert not adapter.plugged


def test_simulated_time_is_refused() -> None:
    with pytest.raises(TimelineError, match="USB runs on wall time only"):
        GsUsbAdapter(Medium(SimulatedTimeline(), "gs_usb"), "A1")
