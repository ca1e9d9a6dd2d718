from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from bmshil.cli.adapter_watch import AdapterWatch
from bmshil.errors import PortError
from bmshil.journal import Journal
from bmshil.ports import PortHealth
from bmshil.timeline import SimulatedTimeline


class Scene:
    """A house with one adapter, and what the watch has told."""

    def __init__(self) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.port = SimpleNamespace(
            name="emulator", interface="gs_usb", channel="0", dead=False, health=PortHealth(sent=3)
        )
        self.told = io.StringIO()
        house: Any = SimpleNamespace(
            ports={"emulator": self.port}, timeline=self.timeline, journal=self.journal
        )
        self.watch = AdapterWatch(house, self.told)

    def lines(self) -> list[str]:
        self.watch.check()
        lines = self.told.getvalue().splitlines()
        self.told.truncate(0)
        self.told.seek(0)
        return lines


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_an_outage_and_its_end_are_told_once_and_nothing_is_given_up(scene: Scene) -> None:
    scene.timeline.run(12.3)
    scene.journal.event("port_error", "emulator", what="unplugged", cause="unplugged: it is gone")
    assert scene.lines() == ["12.3 s: CAN emulator: unplugged: it is gone"]
    scene.timeline.run(600.0)
    assert scene.lines() == []
    assert not scene.watch.failed()
    scene.journal.event("port_recovered", "emulator", what="unplugged", outage=600.04, lost=7)
    assert scene.lines() == ["612.3 s: CAN emulator: works again after 600.0 s (unplugged), 7 frames lost"]


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("unacknowledged", {"frames": 18}, "nobody acknowledges; 18 frames were dropped"),
        ("unacknowledged", {"frames": 0}, "nobody acknowledges"),
        ("acknowledged", {"after": 4.26}, "acknowledged again after 4.3 s"),
        ("drained", {"frames": 2}, "2 frames from before were in the adapter; they are not used"),
    ],
)
def test_other_news_of_an_adapter_are_told_too(
    scene: Scene, kind: str, data: dict[str, Any], words: str
) -> None:
    scene.journal.event(kind, "witness", **data)
    assert scene.lines() == [f"0.0 s: CAN witness: {words}"]


def test_what_happened_before_and_what_is_no_news_is_not_told() -> None:
    scene = Scene()
    scene.journal.event("bus_error", "emulator", kind="crc")
    assert scene.lines() == []


def test_a_port_that_was_closed_ends_it(scene: Scene) -> None:
    scene.timeline.run(10.0)
    scene.port.dead = True
    assert scene.watch.failed()
    with pytest.raises(PortError, match=r"CAN emulator: gs_usb 0 was closed after 10\.0 s and 3 frames"):
        scene.watch.check()
