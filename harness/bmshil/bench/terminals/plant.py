"""What moves the bank's physics where no instrument does: a twin's DC terminals, or a fixed current."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bmshil.timeline import Nanoseconds, to_ns, to_seconds

if TYPE_CHECKING:
    from bmshil.battery import Bank
    from bmshil.timeline import Timeline

PERIOD = 0.1
"""Distance of two steps, s."""

CLOSE_ENOUGH = 1.0
"""The main contactor closes when both its sides are so near to each other, V."""


class World(Protocol):
    """The electrical world of a twin, as far as a battery at its terminals needs it."""

    @property
    def voltage(self) -> float:
        """At the terminals of the device, V."""

    @property
    def current(self) -> float:
        """Battery current, A, positive while the device charges."""

    def set_supply(self, *, voltage: float, resistance: float) -> None:
        """Set emf and resistance of what plays the battery."""

    def play_battery(self) -> None:
        """Let the terminals take current in both directions, whatever instruments stand there."""

    def switch_supply(self, output: bool) -> None:
        """Connect what plays the battery."""

    def switch_relay(self, role: str, closed: bool) -> None:
        """Move a contact."""


class Plant:
    """Steps the bank while it is only emulated.

    On a twin the bank hangs at the DC terminals of the twin's inverter, the grid is there, and the inverter
    makes the current. Elsewhere nothing is measured, and a fixed current flows as long as a pack can take it.

    Args:
        timeline: gives the steps.
        packs: the physics.
        world: of the twin, or None.
        current: A, positive into the bank; without effect on a twin.

    Attributes:
        voltage: at the terminals of the twin's inverter, V; not a number before the main contactor has
            closed, nor elsewhere.
        steps: steps done.
    """

    def __init__(self, timeline: Timeline, packs: Bank, world: World | None, current: float = 0.0) -> None:
        self.voltage = float("nan")
        self.steps = 0
        self._packs = packs
        self._world = world
        self._current = current
        self._connected = False
        if world is not None:
            world.play_battery()
            world.set_supply(voltage=packs.emf, resistance=packs.resistance)
            world.switch_supply(True)
            world.switch_relay("dc_precharge", True)
            world.switch_relay("ac_grid", True)
        self._slots = timeline.every(PERIOD, self._step, phase=PERIOD)
        self._last = Nanoseconds(self._slots.due - to_ns(PERIOD))

    def cancel(self) -> None:
        """Stop."""
        self._slots.cancel()

    def _step(self) -> None:
        # Planned times keep the length of a step equal, which the bank's physics has prepared for.
        elapsed = to_seconds(Nanoseconds(self._slots.due - self._last))
        self._last = self._slots.due
        self.steps += 1
        taken = any(pack.connected for pack in self._packs)
        if self._world is None:
            self._packs.step(self._current if taken else 0.0, elapsed)
            return
        self._packs.step(self._world.current if taken else 0.0, elapsed)
        self._world.switch_supply(taken)
        self._world.set_supply(voltage=self._packs.emf, resistance=self._packs.resistance)
        if self._connected:
            self.voltage = self._world.voltage
        elif abs(self._world.voltage - self._packs.emf) < CLOSE_ENOUGH:
            self._connected = True
            self._world.switch_relay("dc_main", True)
            self._world.switch_relay("dc_precharge", False)
