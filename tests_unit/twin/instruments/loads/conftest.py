"""Loads on a timeline, at terminals made up for the test or on the twin's world."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.instruments import Contacts, Faults, Place, Ratings, player
from bmshil.twin.instruments.loads.device import LoadDevice, Rated
from bmshil.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Battery:
    """A source of 52 V behind 10 milliohm."""

    emf: float = 52.0
    ohms: float = 0.01
    stiff: bool = False
    amps: float = 0.0
    taken: list[float] = field(default_factory=list)

    @property
    def voltage(self) -> float:
        return self.emf - self.ohms * self.amps

    @property
    def current(self) -> float:
        return self.amps

    def take(self, amps: float) -> None:
        self.amps = amps
        self.taken.append(amps)


@pytest.fixture
def timeline() -> SimulatedTimeline:
    return SimulatedTimeline()


@pytest.fixture
def battery() -> Battery:
    return Battery()


@pytest.fixture
def device(timeline: SimulatedTimeline, battery: Battery) -> LoadDevice:
    return LoadDevice(timeline, battery, Rated(voltage=80, current=200, power=8000), Faults())


@pytest.fixture
def world(timeline: SimulatedTimeline) -> World:
    return World(timeline)


@pytest.fixture
def make(timeline: SimulatedTimeline, world: World) -> Callable[..., Any]:
    """Make a load by the name of its driver; on the AC side mains are there."""
    world.switch_relay("ac_load", True)
    world.switch_relay("ac_grid", True)

    def load(model: str, role: str = "load", **rating: float) -> Any:
        return player(
            model,
            Place(
                timeline=timeline,
                world=world,
                role=role,
                rating=Ratings(**rating),
                contacts=Contacts(timeline, {}, lambda role, closed: None),  # noqa: ARG005 - nothing is wired
                wiring=Wiring(None, length=1.0, terminators=2, coupling=0.0, seed=1, current=lambda: 0.0),
                live=lambda: True,
                seed=1,
            ),
        )

    return load
