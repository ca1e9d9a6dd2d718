"""Where an instrument stands on the software bench, and what every one of them is to its surroundings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from bmshil.timeline import Timeline
from bmshil.twin.canbus.wiring import Wiring
from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.server import Conversation
from bmshil.twin.world import World


@dataclass(frozen=True, slots=True)
class Ratings:
    """What a unit can do: V, A, W; None for what its family usually has."""

    voltage: float | None = None
    current: float | None = None
    power: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What an instrument is wired to.

    Attributes:
        timeline: time.
        world: the electrical world.
        role: what it is for: supply, sink, meter, load, relays, ohmmeter, permit, ac_grid, pv.
        rating: what the unit can do.
        contacts: what the outputs of a relay board move.
        wiring: the CAN cable.
        live: whether the device has power and stands on that cable.
        seed: of its noise.
    """

    timeline: Timeline
    world: World
    role: str
    rating: Ratings
    contacts: Contacts
    wiring: Wiring
    live: Callable[[], bool]
    seed: int


class Player(Protocol):
    """An instrument of the software bench.

    Attributes:
        serial: whether it stands on a serial line; otherwise it listens on a TCP port.
        faults: what is wrong with it.
    """

    serial: ClassVar[bool]
    faults: Faults

    def converse(self) -> Conversation:
        """Begin to talk with one client."""
