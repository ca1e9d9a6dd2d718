"""Supplies of all models in one electrical world, spoken to directly or by their drivers over a real door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bmshil.instruments.supplies import SUPPLIES as DRIVERS
from bmshil.timeline import SimulatedTimeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.doors import TcpDoor
from bmshil.twin.instruments import Contacts, Place, Ratings
from bmshil.twin.instruments.supplies import SUPPLIES
from bmshil.twin.server import Server
from bmshil.twin.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stand:
    """One supply, joined to a device that can charge and discharge.

    Attributes:
        twin: the supply itself.
    """

    def __init__(self, model: str, rating: Ratings) -> None:
        self.timeline = SimulatedTimeline()
        self.world = World(self.timeline)
        self.model = model
        self.twin: Any = SUPPLIES[model](
            Place(
                timeline=self.timeline,
                world=self.world,
                role="supply",
                rating=rating,
                contacts=Contacts(self.timeline, {}, lambda _role, _closed: None),
                wiring=Wiring(None, length=1.0, terminators=2, coupling=0.0, seed=1, current=lambda: 0.0),
                live=lambda: True,
                seed=1,
            )
        )

    def charge(self, amps: float, *, cvl: float = 56.0, after: float = 5.0) -> None:
        """Let the device push current into the terminals, which are joined to it."""
        self._command(cvl=cvl, charge=amps)
        self.timeline.run(after)

    def discharge(self, watts: float, *, after: float = 5.0) -> None:
        """Let the device take power out of the terminals, for its AC load."""
        self.world.switch_relay("ac_load", True)
        self.world.offer(load=watts)
        self._command(discharge=150.0)
        self.timeline.run(after)

    def join(self) -> None:
        """Close the contactor; the supply must not differ from the device by much."""
        self.world.switch_relay("dc_precharge", True)
        self.timeline.run(12.0)
        self.world.switch_relay("dc_main", True)
        self.world.switch_relay("dc_precharge", False)
        self.timeline.run(0.1)

    def _command(self, *, cvl: float = 56.0, charge: float = 0.0, discharge: float = 0.0) -> None:
        self.world.switch_relay("ac_grid", charge > 0)
        self.world.command(running=True, cvl=cvl, dvl=45.0, charge=charge, discharge=discharge)


@pytest.fixture
def stand() -> Callable[..., Stand]:
    """Make a supply of a model: ``stand("ea-psb10000", voltage=80)``."""
    return lambda model, **rating: Stand(model, Ratings(**rating))


@pytest.fixture
def speak() -> Iterator[Callable[[Stand], Any]]:
    """Connect the driver of a supply to it, over a socket."""
    servers: list[Server] = []
    connected: list[Any] = []

    def connect(stand: Stand) -> Any:
        server = Server()
        servers.append(server)
        door = TcpDoor(server, stand.twin.converse, stand.twin.faults)
        server.start()
        connected.append(DRIVERS[stand.model].connect("supply", door.resource, timeout=2.0))
        return connected[-1]

    yield connect
    for one in connected:
        one.disconnect()
    for server in servers:
        server.stop()
