"""A host on a pair of wires."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.bms.multidrop import Multidrop
from bmshil.bms.rs485.pylontech_slave import PylontechSlave
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.dialects.pack_data import PackData
    from bmshil.timeline import Nanoseconds


@dataclass
class Wires:
    """A line and a host on it, which keeps what it hears with the time in s."""

    timeline: SimulatedTimeline
    line: Multidrop
    heard: list[tuple[float, bytes]] = field(default_factory=list)

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        self.heard.append((when / 1e9, data))

    def __hash__(self) -> int:
        return id(self)

    def ask(self, data: bytes, *, wait: float = 0.5) -> list[bytes]:
        """Say something and return what is heard until ``wait`` s later."""
        before = len(self.heard)
        self.timeline.call(lambda: self.line.send(self, data))
        self.timeline.run(wait)
        return [heard for _, heard in self.heard[before:]]

    def text(self, text: str) -> list[str]:
        """Ask without the frame's first and last character, and hear likewise."""
        return [heard[1:-1].decode() for heard in self.ask(b"~" + text.encode() + b"\r")]


@pytest.fixture
def wires() -> Callable[..., Wires]:
    def make(baud: int = 115_200) -> Wires:
        timeline = SimulatedTimeline()
        made = Wires(timeline, Multidrop(timeline, name="test", baud=baud))
        made.line.attach(made)
        return made

    return make


@pytest.fixture
def slave() -> Callable[..., PylontechSlave]:
    """Put a battery of some packs on wires."""

    def make(wires: Wires, *packs: PackData | None, **options: Any) -> PylontechSlave:
        return PylontechSlave(wires.line, lambda: packs, places=len(packs), **options)

    return make
