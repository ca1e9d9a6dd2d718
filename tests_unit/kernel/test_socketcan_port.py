"""The port on SocketCAN: a virtual interface, and two controllers on one bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.errors import PortError
from bmshil.journal import Direction, Frame, Journal, layouts

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Links, Program

    from bmshil.ports import CanPort
    from bmshil.timeline import WallTimeline

    Make = Callable[..., CanPort]

LIMITS = Frame(0x351, bytes.fromhex("30 02 F4 01 F4 01 E0 01"))
KEEP_ALIVE = Frame(0x305, bytes(8))
EXTENDED = Frame(0x18200351, b"\xaa", extended=True)
PATIENCE = 30.0


def _written(journal: Journal, port: str) -> list[tuple[int, Direction]]:
    number = journal.ports.index(port)
    return [
        (int(row["id"]), Direction(int(row["flags"]) & layouts.DIRECTION_MASK))
        for row in journal.frames(-1.0, 1e6)
        if row["port"] == number
    ]


@pytest.mark.parametrize(("here", "there"), [("vcan0", "vcan0"), ("can0", "can1"), ("can1", "can0")])
def test_frames_go_both_ways(
    here: str, there: str, port: Make, timeline: WallTimeline, journal: Journal
) -> None:
    emulator, other = port(here), port(there, "witness")
    heard: list[Frame] = []
    answered: list[Frame] = []
    other.subscribe(lambda _, frame: heard.append(frame))
    emulator.subscribe(lambda _, frame: answered.append(frame))
    timeline.call(lambda: emulator.send(LIMITS))
    timeline.call(lambda: emulator.send(EXTENDED))
    assert timeline.until(lambda: len(heard) == 2 and emulator.health.confirmed == 2, PATIENCE)
    timeline.call(lambda: other.send(KEEP_ALIVE))
    assert timeline.until(lambda: bool(answered) and other.health.confirmed == 1, PATIENCE)
    assert (heard, answered) == ([LIMITS, EXTENDED], [KEEP_ALIVE])
    assert _written(journal, "emulator") == [
        (0x351, Direction.SENT),
        (0x18200351, Direction.SENT),
        (0x305, Direction.RECEIVED),
    ]


def test_a_frame_of_another_program_on_the_same_interface_is_not_ours(
    port: Make, program: Callable[..., Program], timeline: WallTimeline
) -> None:
    emulator = port("can0")
    assert program("cansend", "can0", "351#3002F401F401E001").end() == 0
    assert timeline.until(lambda: emulator.health.received == 1, PATIENCE)
    assert emulator.health.confirmed == 0


def test_an_interface_that_goes_down_is_one_outage_and_traffic_resumes_by_itself(
    port: Make, links: Links, timeline: WallTimeline, journal: Journal
) -> None:
    emulator, other = port("can0"), port("can1", "witness")
    links.down("can0")
    try:
        assert timeline.until(lambda: emulator.health.down is not None, PATIENCE)
    finally:
        links.ip("link", "set", "can0", "up")
    assert timeline.until(lambda: emulator.health.down is None, PATIENCE)
    timeline.call(lambda: emulator.send(LIMITS))
    assert timeline.until(lambda: other.health.received == 1, PATIENCE)
    (error,) = journal.events(0.0, 1e6, "port_error")
    assert (error.source, error.data["what"]) == ("emulator", "interface down")
    (recovered,) = journal.events(0.0, 1e6, "port_recovered")
    assert (recovered.source, recovered.data["what"]) == ("emulator", "interface down")


def test_a_missing_interface_is_refused_in_one_line(port: Make) -> None:
    with pytest.raises(PortError, match="can9"):
        port("can9")
