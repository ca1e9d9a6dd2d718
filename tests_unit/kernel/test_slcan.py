"""Linux's own slcan driver on the CANable stand-in: the pseudo-terminal becomes a network interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bmshil.journal import Frame
from bmshil.twin.adapters import SlcanAdapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Links, Program, Segment

    from bmshil.journal import Journal
    from bmshil.ports import CanPort
    from bmshil.timeline import WallTimeline

PATIENCE = 30.0
NAME = "slcan0"
LIMITS = Frame(0x351, bytes.fromhex("3202f401f401e001"))


@pytest.fixture
def adapter(segment: Segment, timeline: WallTimeline, tmp_path: Path) -> Iterator[SlcanAdapter]:
    adapter = SlcanAdapter(segment.medium, tmp_path / "canable", timeline=timeline)
    adapter.start()
    yield adapter
    adapter.stop()


@pytest.fixture
def interface(
    adapter: SlcanAdapter, program: Callable[..., Program], links: Links, eventually: Callable[..., bool]
) -> str:
    """The interface that slcand makes of the adapter: opened at 500 kbit/s (S6), and up."""
    device = adapter.link.resolve()  # slcand takes nothing but what is in /dev
    program("slcand", "-F", "-o", "-s6", str(device), NAME)
    assert eventually(lambda: NAME in links.names())
    links.ip("link", "set", NAME, "up")
    return NAME


def test_frames_go_both_ways(
    interface: str, port: Callable[..., CanPort], segment: Segment, timeline: WallTimeline
) -> None:
    emulator = port(interface)
    heard: list[Frame] = []
    emulator.subscribe(lambda _, frame: heard.append(frame))
    other = segment.peer()
    timeline.call(lambda: emulator.send(LIMITS))
    timeline.call(lambda: emulator.send(Frame(0x18200351, b"\xaa\xbb", extended=True)))
    assert other.hears(0x351)
    assert other.hears(0x18200351)
    other.send(0x305, "0000000000000000")
    assert timeline.until(lambda: bool(heard), PATIENCE)
    assert heard == [Frame(0x305, bytes(8))]
    assert [one.data.hex() for one in other.heard] == ["3202f401f401e001", "aabb"]


def test_unplugging_is_one_outage(
    interface: str,
    adapter: SlcanAdapter,
    port: Callable[..., CanPort],
    timeline: WallTimeline,
    journal: Journal,
) -> None:
    emulator = port(interface)
    adapter.unplug()
    assert timeline.until(lambda: emulator.health.down is not None, PATIENCE)
    (error,) = journal.events(0.0, 1e6, "port_error")
    assert (error.source, error.data["what"]) == ("emulator", "unplugged")
