"""Banks with a master, on simulated time, that send into a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import Bank, Module, module
from bmshil.bms import ArchitectureSettings, Fleet, Master, NodeSettings
from bmshil.dialects import Report, assign_ids, dialect, id_scheme
from bmshil.journal import Frame, Journal
from bmshil.timeline import Nanoseconds, SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable

BIG = module("generic-16s", capacity=200.0)  # 100 A charge, 180 A discharge


@dataclass(eq=False)
class Ear:
    """A station that only listens."""

    heard: list[bytes] = field(default_factory=list)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        self.heard.append(data)

    @property
    def requests(self) -> list[tuple[int, int]]:
        """Command and address of each question."""
        return [
            (int(one[7:9], 16), int(one[3:5], 16)) for one in self.heard if one[7:9] in (b"42", b"44", b"92")
        ]


class Stack:
    """A bank with a master, and what it sends."""

    def __init__(self, *modules: Module, start_up: float = 0.0, **settings: Any) -> None:
        self.timeline = SimulatedTimeline()
        self.journal = Journal(self.timeline)
        self.sent: list[tuple[float, Frame]] = []
        self.name = "stack"
        spoken = dialect("pylontech-lv-1.2")
        self.fleet = Fleet(
            Bank(modules or [BIG] * 3, soc=0.6),
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("base"), 1),
            sender=self,
            timeline=self.timeline,
            journal=self.journal,
            settings=NodeSettings(start_up=start_up),
            architecture=ArchitectureSettings("master", **settings),
        )
        self.ear = Ear()
        self.master.group.line.attach(self.ear)
        self.fleet.start()

    def send(self, frame: Frame, planned: object = None) -> None:  # noqa: ARG002 - as senders do
        self.sent.append((self.timeline.seconds, frame))

    def run(self, seconds: float) -> None:
        self.timeline.run(seconds)

    @property
    def master(self) -> Master:
        master = self.fleet.architecture
        assert isinstance(master, Master)
        return master

    @property
    def said(self) -> Report:
        (said,) = self.master.said
        return said

    def last(self, identifier: int) -> str:
        """The last payload of an identifier, as hex."""
        return [one.data.hex(" ").upper() for _, one in self.sent if one.id == identifier][-1]

    def times(self, identifier: int = 0x351) -> list[float]:
        return [when for when, frame in self.sent if frame.id == identifier]

    def steps(self) -> list[tuple[str, Any]]:
        return [
            (event.data["step"], event.data.get("pack"))
            for event in self.journal.events(0.0, 1e9, "architecture")
        ]


@pytest.fixture
def make() -> Callable[..., Stack]:
    """Start a bank: modules, 3 x 200 Ah when left out, and settings of the architecture."""
    return Stack


@pytest.fixture
def stack() -> Stack:
    """Three packs of 200 Ah that have found each other."""
    one = Stack()
    one.run(5.0)
    return one
