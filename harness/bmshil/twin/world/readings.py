"""What can be read of the electrical world: whoever looks at it finds it moved on to now."""

import threading
from collections import deque

from bmshil.timeline import Timeline
from bmshil.twin.world.circuit import Circuit, Wiring
from bmshil.twin.world.grid import STEP_NS
from bmshil.twin.world.inrush import Inrush
from bmshil.twin.world.power_stage import Rating


class Readings:
    """One circuit, moved on lazily to the time at which somebody reads it.

    Steps lie on a fixed grid of 5 ms from the timeline's zero, and a change acts from the next step on.
    So the same changes at the same times give the same world, however often anybody looks. One lock
    guards it, because the instruments answer on a thread of their own. Nothing here waits.

    Args:
        timeline: whose time it follows.
        wiring: what is built into the bench.
        rating: what the device can do.

    Attributes:
        lock: is held while the circuit is read or changed.
    """

    def __init__(
        self, timeline: Timeline, wiring: Wiring | None = None, rating: Rating | None = None
    ) -> None:
        self.lock = threading.RLock()
        self._timeline = timeline
        self._circuit = Circuit(wiring or Wiring(), rating or Rating())
        self._step = timeline.now // STEP_NS
        self._latency = 0
        self._coming: deque[tuple[int, float]] = deque()

    @property
    def step(self) -> int:
        """Number of the step that the world has reached: 5 ms each."""
        with self.lock:
            self._advance()
            return self._step

    @property
    def voltage(self) -> float:
        """At the terminals of the device, V."""
        with self.lock:
            return self._advance().voltage

    @property
    def current(self) -> float:
        """Battery current, A, positive while the device charges."""
        with self.lock:
            return self._advance().flow

    @property
    def supply_voltage(self) -> float:
        """At the supply's own terminals, V."""
        with self.lock:
            return self._advance().supply_voltage()

    @property
    def supply_current(self) -> float:
        """Into the supply, A; negative while it delivers. Without a load beside it that of the battery."""
        with self.lock:
            return self._advance().supply_current()

    @property
    def sink_voltage(self) -> float:
        """At the bank's terminals, V, where a load stands beside the supply."""
        with self.lock:
            return self._advance().sink_voltage()

    @property
    def sink_current(self) -> float:
        """What that load takes, A."""
        with self.lock:
            return self._advance().sink_current()

    @property
    def limiting(self) -> bool:
        """Whether the supply is in its current limit. One that takes no current, and gets it, is not."""
        with self.lock:
            return self._advance().limiting

    @property
    def blocked(self) -> bool:
        """Whether the bank's terminals take all the current that they can, and the device pushes more."""
        with self.lock:
            return self._advance().blocked

    @property
    def output(self) -> bool:
        """Whether the supply's output is on."""
        with self.lock:
            return self._advance().supply.output

    @property
    def tripped(self) -> str:
        """Which protection of the supply acted since its output was last switched on, or ""."""
        with self.lock:
            return self._advance().supply.tripped

    @property
    def inrush(self) -> Inrush | None:
        """What flowed when `dc_main` closed last with the supply's output on, or None."""
        with self.lock:
            return self._advance().inrush

    @property
    def inrush_peak(self) -> float:
        """Largest current because `dc_main` closed onto another voltage, A; 0 when it never did."""
        with self.lock:
            return self._advance().inrush_peak

    @property
    def voltage_peak(self) -> float:
        """Highest voltage at the terminals of the device so far, V."""
        with self.lock:
            return self._advance().voltage_peak

    @property
    def served_load(self) -> float:
        """Power that reaches the AC load, W."""
        with self.lock:
            circuit = self._advance()
            return circuit.ac.served(circuit.stage.running)

    @property
    def ac_up(self) -> bool:
        """Whether the device could feed an AC load off grid: False after an overload."""
        with self.lock:
            return self._advance().ac.up

    @property
    def island(self) -> bool:
        """Whether the device stands alone, without a grid."""
        with self.lock:
            return self._advance().ac.island

    @property
    def unplugged(self) -> bool:
        """Whether the device has nothing to charge from and nothing to feed."""
        with self.lock:
            ac = self._advance().ac
            return ac.island and ac.surplus == 0.0

    @property
    def sink_limit(self) -> float:
        """Most current that the supply takes, A."""
        return self._advance().supply.sink_limit

    @property
    def source_limit(self) -> float:
        """Most current that the supply gives, A."""
        return self._advance().supply.source_limit

    def _advance(self) -> Circuit:
        step = self._timeline.now // STEP_NS
        while self._coming and self._coming[0][0] <= step:
            when, voltage = self._coming.popleft()
            self._circuit.run(when - self._step)
            self._step = when
            self._circuit.supply.setpoint = voltage
        if step > self._step:
            missing = step - self._step
            self._step = step
            self._circuit.run(missing)
        return self._circuit
