import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import can
import pytest

from bmshil.bms import CapturedFrame, Replay, read_capture
from bmshil.bms.replay import round_length
from bmshil.dialects import dialect
from bmshil.errors import CaptureError
from bmshil.journal import Frame

DATA = Path(__file__).parent.parent / "data"
US3000 = DATA / "us3000_x10_v1_2.log"
SPOKEN = dialect("pylontech-lv-1.2")
Make = Callable[..., Any]


def write(path: Path, count: int = 20) -> Path:
    with can.Logger(path) as logger:
        for index in range(count):
            logger(
                can.Message(
                    timestamp=100 + index * 0.5, arbitration_id=0x351, data=bytes(8), is_extended_id=False
                )
            )
    return path


def test_only_the_battery_is_read() -> None:
    frames = read_capture(US3000, SPOKEN)
    assert len(frames) == 30
    assert {one.frame.id for one in frames} == {0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E}
    assert frames[0] == (0.0, Frame(0x351, bytes.fromhex("1402740E740ECC01")))


def test_it_is_played_with_its_timing(scene: Make) -> None:
    one = scene(1, start=False)
    one.timeline.run(3.0)
    replay = Replay(read_capture(US3000, SPOKEN), one.sender, timeline=one.timeline, journal=one.journal)
    replay.start()
    one.timeline.run(10.0)
    assert one.sender.times(0x351) == pytest.approx([3.0, 4.0, 5.0, 6.0, 7.0], abs=1e-6)
    assert one.sender.times(0x35E) == pytest.approx([3.05, 4.05, 5.05, 6.05, 7.05], abs=1e-6)
    assert set(one.sender.of(0x356)) == {"02 13 00 00 4A 01"}
    assert (replay.sent, replay.skipped, replay.rounds, replay.playing) == (30, 0, 1, False)


def test_in_a_loop_the_period_goes_on(scene: Make) -> None:
    one = scene(1, start=False)
    frames = read_capture(US3000, SPOKEN)
    replay = Replay(frames, one.sender, timeline=one.timeline, journal=one.journal, loop=True)
    replay.start()
    one.timeline.run(11.5)
    assert one.sender.times(0x351) == pytest.approx([float(second) for second in range(12)], abs=1e-5)
    assert replay.rounds == 2
    replay.stop()
    one.timeline.run(10.0)
    assert len(one.sender.times(0x351)) == 12
    assert not replay.playing


def test_started_again_it_begins_anew(scene: Make) -> None:
    one = scene(1, start=False)
    frames = (CapturedFrame(0.0, Frame(0x351, b"\1")), CapturedFrame(1.0, Frame(0x351, b"\2")))
    replay = Replay(frames, one.sender, timeline=one.timeline, journal=one.journal)
    replay.start()
    one.timeline.run(0.5)
    replay.start()
    one.timeline.run(5.0)
    assert [(when, frame.data) for when, frame in one.sender.sent] == [
        (0.0, b"\1"),
        (0.5, b"\1"),
        (1.5, b"\2"),
    ]


@pytest.mark.parametrize(("offsets", "length"), [((0.0, 1.0, 2.0), 3.0), ((0.0,), 1.0), ((0.0, 0.25), 0.5)])
def test_a_round_lasts_until_the_first_message_is_due_again(
    offsets: tuple[float, ...], length: float
) -> None:
    assert round_length([CapturedFrame(offset, Frame(0x351, b"")) for offset in offsets]) == length


def test_a_first_message_that_does_not_return_leaves_a_pause() -> None:
    frames = [CapturedFrame(0.0, Frame(0x351, b"")), CapturedFrame(0.2, Frame(0x355, b""))]
    assert round_length(frames) == pytest.approx(1.2)


@pytest.mark.parametrize("suffix", [".asc", ".blf", ".csv", ".log", ".trc"])
def test_the_formats_of_python_can_are_read(tmp_path: Path, suffix: str) -> None:
    frames = read_capture(write(tmp_path / f"capture{suffix}"), SPOKEN)
    assert len(frames) == 20
    assert frames[-1].offset == pytest.approx(9.5)
    assert frames[-1].frame == Frame(0x351, bytes(8))


def test_a_packed_capture_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "capture.log.gz"
    packed.write_bytes(gzip.compress(US3000.read_bytes()))
    assert read_capture(packed, SPOKEN) == read_capture(US3000, SPOKEN)


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"unknown format '.xyz', known are .asc, .blf, .csv"):
        read_capture(tmp_path / "capture.xyz", SPOKEN)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"cannot read the capture .*gone.log: No such file"):
        read_capture(tmp_path / "gone.log", SPOKEN)


@pytest.mark.parametrize("suffix", [".blf", ".csv", ".log", ".trc", ".asc"])
@pytest.mark.parametrize("part", [0.3, 0.5, 0.77])
def test_a_capture_that_is_cut_off_is_refused_in_one_line(tmp_path: Path, suffix: str, part: float) -> None:
    path = write(tmp_path / f"capture{suffix}", 300)
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * part)].rstrip(b"\n")
    path.write_bytes(cut)
    with pytest.raises(CaptureError, match=r"cut off|damaged") as caught:
        read_capture(path, SPOKEN)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".blf", ".log", ".db", ".log.gz"])
def test_something_else_is_refused_in_one_line(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"capture{suffix}"
    path.write_bytes(b"good morning\n" * 20)
    with pytest.raises(CaptureError, match=r"damaged|no \.blf capture|cannot read") as caught:
        read_capture(path, SPOKEN)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "(1.0) can0 305#0000000000000000\n"])
def test_a_capture_without_a_battery_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "capture.log"
    path.write_text(content)
    with pytest.raises(CaptureError, match="holds no frame of a battery"):
        read_capture(path, SPOKEN)


def test_remote_and_error_frames_are_left_out_and_time_never_runs_backwards(tmp_path: Path) -> None:
    path = tmp_path / "capture.log"
    path.write_text(
        "(5.0) can0 351#01\n(4.0) can0 355#02\n(5.5) can0 355#R\n(5.6) can0 20000080#0000000000000000\n"
        "(6.0) can0 00000305#03\n"
    )
    assert read_capture(path, SPOKEN) == (
        (0.0, Frame(0x351, b"\1")),
        (0.0, Frame(0x355, b"\2")),
        (1.0, Frame(0x305, b"\3", extended=True)),
    )
