"""A python-can interface that does what a script says, and ports on wall time."""

from __future__ import annotations

import sys
from queue import Empty, Queue
from types import ModuleType
from typing import TYPE_CHECKING, Any

import can
import can.interfaces
import pytest

from bmshil.journal import Journal
from bmshil.ports import CanPort
from bmshil.timeline import WallTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Script:
    """What the adapter says, and what was asked of it."""

    def __init__(self) -> None:
        self.incoming: Queue[can.Message | Exception] = Queue()
        self.refusal: Exception | None = None
        self.farewell: Exception | None = None
        self.sent: list[can.Message] = []
        self.send_options: list[dict[str, Any]] = []
        self.opened_with: dict[str, Any] = {}
        self.looks = 0
        self.closed = 0


class ScriptedBus(can.BusABC):
    script: Script

    def __init__(self, channel: str, **options: Any) -> None:
        self.script.opened_with = options
        super().__init__(channel)

    def recv(self, timeout: float | None = None) -> can.Message | None:
        self.script.looks += 1
        try:
            item = self.script.incoming.get(timeout=timeout)
        except Empty:
            return None
        if isinstance(item, Exception):
            raise item
        return item

    def send(self, msg: can.Message, timeout: float | None = None) -> None:
        self.script.send_options.append({"timeout": timeout})
        if self.script.refusal is not None:
            raise self.script.refusal
        self.script.sent.append(msg)

    def shutdown(self) -> None:
        super().shutdown()
        self.script.closed += 1
        if self.script.farewell is not None:
            raise self.script.farewell


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Register the interface ``scripted``, and let it stand in for two that need hardware."""
    module = ModuleType("bmshil_scripted")
    script = Script()
    module.ScriptedBus = type("ScriptedBus", (ScriptedBus,), {"script": script})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bmshil_scripted", module)
    for name in ("scripted", "socketcan", "slcan"):
        monkeypatch.setitem(can.interfaces.BACKENDS, name, ("bmshil_scripted", "ScriptedBus"))
    return script


@pytest.fixture
def timeline() -> Iterator[WallTimeline]:
    timeline = WallTimeline(realtime=False)
    yield timeline
    timeline.close()


@pytest.fixture
def journal(timeline: WallTimeline) -> Journal:
    return Journal(timeline)


@pytest.fixture
def port(timeline: WallTimeline, journal: Journal) -> Iterator[Callable[..., CanPort]]:
    """Make open ports; closed at the end."""
    made: list[CanPort] = []

    def make(interface: str, channel: str = "c", **settings: Any) -> CanPort:
        one = CanPort(
            timeline, journal, **{"role": "emulator", "interface": interface, "channel": channel, **settings}
        )
        one.open()
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
