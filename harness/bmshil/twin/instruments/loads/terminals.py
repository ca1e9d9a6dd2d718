"""Where an electronic load stands: on the AC output of the device, or at the bank's DC terminals."""

from typing import Protocol

from bmshil.twin.world import World

MAINS = 230.0  # V


class Terminals(Protocol):
    """What a load is connected to.

    Attributes:
        stiff: whether the voltage stays as it is, whatever the load takes.
    """

    stiff: bool

    @property
    def voltage(self) -> float:
        """What stands at the load, V."""

    @property
    def current(self) -> float:
        """What flows into it, A."""

    def take(self, amps: float) -> None:
        """Ask for a current, A."""


class AcOutput:
    """The AC output of the device, as a load with a rectifier sees it: mains or nothing."""

    stiff = True

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def voltage(self) -> float:
        """Mains, unless the device stands alone and its output is down, V."""
        return 0.0 if self._world.island and not self._world.ac_up else MAINS

    @property
    def current(self) -> float:
        """What the device or the grid gives it, A."""
        return self._world.served_load / MAINS

    def take(self, amps: float) -> None:
        """Ask for a current, A."""
        self._world.offer(load=amps * MAINS)


class BankTerminals:
    """The DC terminals of the bank, beside the supply."""

    stiff = False

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def voltage(self) -> float:
        """At the bank's terminals, V."""
        return self._world.sink_voltage

    @property
    def current(self) -> float:
        """What it takes there, A."""
        return self._world.sink_current

    def take(self, amps: float) -> None:
        """Ask for a current, A."""
        self._world.set_sink(amps)
