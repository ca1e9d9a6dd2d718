"""A bank on simulated time whose nodes send into a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.battery import Bank, module
from bmshil.bms import ALONE, ArchitectureSettings, Fleet, NodeSettings
from bmshil.dialects import assign_ids, dialect, id_scheme
from bmshil.journal import Frame, Journal
from bmshil.timeline import SimulatedTimeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.timeline import Nanoseconds, Timeline


@dataclass
class Recorder:
    """A sender that keeps what it gets, with its time in s."""

    timeline: Timeline
    name: str = "recorder"
    sent: list[tuple[float, Frame]] = field(default_factory=list)

    def send(self, frame: Frame, planned: Nanoseconds | None = None) -> None:  # noqa: ARG002 - as senders do
        self.sent.append((round(self.timeline.seconds, 9), frame))

    def of(self, identifier: int) -> list[str]:
        """Payloads of one identifier, as hex."""
        return [frame.data.hex(" ").upper() for _, frame in self.sent if frame.id == identifier]

    def times(self, identifier: int) -> list[float]:
        return [when for when, frame in self.sent if frame.id == identifier]

    def clear(self) -> None:
        self.sent.clear()


@dataclass
class Scene:
    timeline: Timeline
    journal: Journal
    sender: Recorder
    bank: Bank
    fleet: Fleet

    def events(self, kind: str) -> list[tuple[str, dict[str, Any]]]:
        return [(event.source, event.data) for event in self.journal.events(0.0, 1e9, kind)]


@pytest.fixture
def scene() -> Callable[..., Scene]:
    """Make a bank with running nodes; the start-up silence is off unless asked for."""

    def make(
        packs: int = 3,
        *,
        kind: str = "generic-16s",
        soc: float = 0.6,
        language: str = "pylontech-lv-1.2",
        scheme: str = "+0x100",
        terminal_voltage: Callable[[], float] | None = None,
        start: bool = True,
        timeline: Timeline | None = None,
        architecture: ArchitectureSettings | None = None,
        **settings: Any,
    ) -> Scene:
        timeline = timeline or SimulatedTimeline()
        journal = Journal(timeline)
        sender = Recorder(timeline)
        bank = Bank([module(kind)] * packs, soc=soc)
        spoken = dialect(language)
        arranged = architecture or ArchitectureSettings("parallel")
        alone = arranged.kind in ALONE
        fleet = Fleet(
            bank,
            dialect=spoken,
            ids=assign_ids(spoken, id_scheme("base" if alone else scheme), 1 if alone else packs),
            sender=sender,
            timeline=timeline,
            journal=journal,
            settings=NodeSettings(**{"start_up": 0.0, **settings}),
            terminal_voltage=terminal_voltage,
            architecture=arranged,
        )
        if start:
            fleet.start()
        return Scene(timeline, journal, sender, bank, fleet)

    return make
