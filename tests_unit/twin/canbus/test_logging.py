"""What python-can logs from the twin, python-can reads back."""

from collections.abc import Iterator
from pathlib import Path

import can
import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus import medium as can_medium


@pytest.fixture
def traffic() -> Iterator[list[can.Message]]:
    timeline = SimulatedTimeline()
    can_medium.create("log-test", timeline)
    with (
        can.Bus(interface="twin", channel="log-test", ignore_config=True) as sender,
        can.Bus(interface="twin", channel="log-test", ignore_config=True) as witness,
    ):
        sent = [
            can.Message(arbitration_id=0x351, is_extended_id=False, data=bytes.fromhex("3002E80300E80300")),
            can.Message(arbitration_id=0x35E, is_extended_id=False, data=b"PYLON   "),
            can.Message(arbitration_id=0x2351, is_extended_id=True, data=b"\x01\x02"),
        ]
        for message in sent:
            sender.send(message)
        timeline.run(1.0)
        yield [message for message in iter(lambda: witness.recv(0), None) if message]
    can_medium.remove("log-test")


@pytest.mark.parametrize("suffix", [".blf", ".asc", ".log", ".csv"])
def test_log_files_read_back(traffic: list[can.Message], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"trace{suffix}"
    with can.Logger(path) as logger:
        for message in traffic:
            logger(message)
    with can.LogReader(path) as reader:
        frames = [(one.arbitration_id, one.is_extended_id, one.data.hex()) for one in reader]
    assert frames == [
        (0x351, False, "3002e80300e80300"),
        (0x35E, False, "50594c4f4e202020"),
        (0x2351, True, "0102"),
    ]


def test_blf_keeps_the_spacing(traffic: list[can.Message], tmp_path: Path) -> None:
    path = tmp_path / "trace.blf"
    with can.BLFWriter(path) as writer:
        for message in traffic:
            writer(message)
    with can.BLFReader(path) as reader:
        stamps = [message.timestamp for message in reader]
    assert stamps[1] - stamps[0] == pytest.approx(traffic[1].timestamp - traffic[0].timestamp, abs=1e-6)
    assert stamps[2] - stamps[1] == pytest.approx(traffic[2].timestamp - traffic[1].timestamp, abs=1e-6)


@pytest.fixture
def troubled() -> Iterator[list[can.Message]]:
    """What a listener hears of a bus on which two frames are destroyed."""
    timeline = SimulatedTimeline()
    medium = can_medium.create("log-errors", timeline)
    fates = iter([0.0, 1.0, 0.0, 1.0, 0.0])
    medium.disturbance = lambda _bits: next(fates)
    with (
        can.Bus(interface="twin", channel="log-errors", ignore_config=True) as sender,
        can.Bus(interface="twin", channel="log-errors", ignore_config=True),
        can.Bus(interface="twin", channel="log-errors", ignore_config=True, listen_only=True) as witness,
    ):
        for identifier in (0x351, 0x355, 0x356):
            sender.send(can.Message(arbitration_id=identifier, is_extended_id=False, data=b"\x01\x02"))
        timeline.run(1.0)
        yield [message for message in iter(lambda: witness.recv(0), None) if message]
    can_medium.remove("log-errors")


@pytest.mark.parametrize("suffix", [".blf", ".asc", ".log"])
def test_error_frames_stand_in_log_files(troubled: list[can.Message], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"trace{suffix}"
    with can.Logger(path) as logger:
        for message in troubled:
            logger(message)
    with can.LogReader(path) as reader:
        read = list(reader)
    assert [one.is_error_frame for one in read] == [False, True, False, True, False]
    assert [one.arbitration_id for one in read if not one.is_error_frame] == [0x351, 0x355, 0x356]
    stamps = [one.timestamp - read[0].timestamp for one in read]
    expected = [one.timestamp - troubled[0].timestamp for one in troubled]
    assert stamps == pytest.approx(expected, abs=2e-6)
