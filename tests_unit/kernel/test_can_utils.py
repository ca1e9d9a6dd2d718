"""The port and the can-utils hear each other: candump, cansend, cangen and canplayer, written by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Program

    from bmshil.ports import CanPort
    from bmshil.timeline import WallTimeline

PATIENCE = 30.0
CAPTURE = """\
(1700000000.000000) can1 351#3202F401F401E001
(1700000000.010000) can1 305#0000000000000000
(1700000000.020000) can1 18200351#AABB
"""


def _listen(port: CanPort) -> list[Frame]:
    heard: list[Frame] = []
    port.subscribe(lambda _, frame: heard.append(frame))
    return heard


def test_candump_hears_what_the_port_sends(
    port: Callable[..., CanPort], candump: Callable[..., Program], timeline: WallTimeline
) -> None:
    emulator = port("can0")
    dump = candump("can1")
    timeline.call(lambda: emulator.send(Frame(0x351, bytes.fromhex("3202F401F401E001"))))
    timeline.call(lambda: emulator.send(Frame(0x18200355, bytes.fromhex("3C006400"), extended=True)))
    timeline.call(lambda: emulator.send(Frame(0x305, b"", remote=True)))
    assert dump.says("18200355#3C006400")
    assert dump.says("305#R")
    assert [line.split()[1:3] for line in dump.lines] == [
        ["can1", "351#3202F401F401E001"],
        ["can1", "18200355#3C006400"],
        ["can1", "305#R"],
    ]


def test_the_port_hears_cansend(
    port: Callable[..., CanPort], program: Callable[..., Program], timeline: WallTimeline
) -> None:
    heard = _listen(port("can0"))
    assert program("cansend", "can1", "305#0000000000000000").end() == 0
    assert program("cansend", "can1", "18200351#AABB").end() == 0
    assert timeline.until(lambda: len(heard) == 2, PATIENCE)
    assert heard == [Frame(0x305, bytes(8)), Frame(0x18200351, b"\xaa\xbb", extended=True)]


def test_the_port_hears_all_of_cangen(
    port: Callable[..., CanPort], program: Callable[..., Program], timeline: WallTimeline
) -> None:
    heard = _listen(port("can0"))
    # 100 frames at 10 ms, identifier 0x123, 8 bytes that count up
    assert program("cangen", "can1", "-g", "10", "-n", "100", "-I", "123", "-L", "8", "-D", "i").end() == 0
    assert timeline.until(lambda: len(heard) == 100, PATIENCE)
    assert {frame.id for frame in heard} == {0x123}
    assert [frame.data[0] for frame in heard] == list(range(100))


def test_the_port_hears_a_capture_from_canplayer(
    port: Callable[..., CanPort], program: Callable[..., Program], timeline: WallTimeline, tmp_path: Path
) -> None:
    capture = tmp_path / "capture.log"
    capture.write_text(CAPTURE)
    heard = _listen(port("can0"))
    assert program("canplayer", "-I", str(capture)).end() == 0
    assert timeline.until(lambda: len(heard) == 3, PATIENCE)
    assert [(frame.id, frame.data.hex()) for frame in heard] == [
        (0x351, "3202f401f401e001"),
        (0x305, "0000000000000000"),
        (0x18200351, "aabb"),
    ]


def test_what_candump_wrote_canplayer_plays_again(
    port: Callable[..., CanPort],
    program: Callable[..., Program],
    candump: Callable[..., Program],
    timeline: WallTimeline,
    tmp_path: Path,
) -> None:
    emulator, witness = port("can0"), port("can1", "witness")
    dump = candump("can1")
    heard = _listen(witness)
    timeline.call(lambda: emulator.send(Frame(0x359, bytes.fromhex("000000000A504E"))))
    assert dump.says("359#000000000A504E")
    assert timeline.until(lambda: len(heard) == 1, PATIENCE)
    capture = tmp_path / "capture.log"
    capture.write_text("\n".join(dump.lines) + "\n")
    assert program("canplayer", "can0=can1", "-I", str(capture)).end() == 0
    assert timeline.until(lambda: len(heard) == 2, PATIENCE)
    assert heard == [Frame(0x359, bytes.fromhex("000000000A504E"))] * 2
