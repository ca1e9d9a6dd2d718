"""The electrical world on a timeline: whoever looks at it finds it moved on to now."""

import threading
from collections import deque

from bmshil.errors import InputError
from bmshil.timeline import Timeline
from bmshil.twin.world.ac_side import AC_ROLES
from bmshil.twin.world.circuit import DC_ROLES, Circuit, Wiring
from bmshil.twin.world.grid import STEP, STEP_NS
from bmshil.twin.world.inrush import Inrush
from bmshil.twin.world.power_stage import Rating


class World:
    """One circuit, moved on lazily.

    Steps lie on a fixed grid of 5 ms from the timeline's zero, and a change acts from the next step on.
    So the same changes at the same times give the same world, however often anybody looks. One lock
    guards it, because the instruments answer on a thread of their own. Nothing here waits.

    Args:
        timeline: whose time it follows.
        wiring: what is built into the bench.
        rating: what the device can do.
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
    def bandwidth(self) -> float:
        """Of the device's voltage regulator, rad/s; may be set."""
        with self.lock:
            return self._circuit.bandwidth

    @bandwidth.setter
    def bandwidth(self, value: float) -> None:
        with self.lock:
            circuit = self._advance()
            circuit.bandwidth = value
            circuit.refresh()

    @property
    def latency(self) -> float:
        """How long a new set-point of the supply's voltage takes to come into force, s; may be set."""
        with self.lock:
            return self._latency * STEP

    @latency.setter
    def latency(self, value: float) -> None:
        with self.lock:
            self._advance()
            self._latency = round(value / STEP)

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

    def set_supply(
        self,
        *,
        voltage: float | None = None,
        resistance: float | None = None,
        source: float | None = None,
        sink: float | None = None,
        trip_voltage: float | None = None,
        trip_current: float | None = None,
    ) -> None:
        """Program the supply. Volts, ohms and amperes; what is not given stays."""
        with self.lock:
            circuit = self._advance()
            supply = circuit.supply
            if voltage is not None and self._latency and supply.output:
                self._coming.append((self._step + self._latency, voltage))
            elif voltage is not None:
                self._coming.clear()
                supply.setpoint = voltage
            supply.trip_voltage = supply.trip_voltage if trip_voltage is None else trip_voltage
            supply.trip_current = supply.trip_current if trip_current is None else trip_current
            if resistance is not None or source is not None or sink is not None:
                supply.series = supply.series if resistance is None else resistance
                supply.source_limit = supply.source_limit if source is None else source
                supply.sink_limit = supply.sink_limit if sink is None else sink
                circuit.refresh()

    @property
    def sink_limit(self) -> float:
        """Most current that the supply takes, A."""
        return self._advance().supply.sink_limit

    def set_sink(self, amps: float) -> None:
        """Say what a load in constant current takes at the bank's terminals, A; 0 while its input is off."""
        with self.lock:
            circuit = self._advance()
            circuit.terminals.sink = amps
            circuit.refresh()

    def play_battery(self) -> None:
        """Let a battery stand at the terminals: it takes current as well, and there is no diode."""
        with self.lock:
            circuit = self._advance()
            circuit.terminals.diode = 0.0
            circuit.supply.sink_limit = circuit.supply.source_limit
            circuit.refresh()

    def open_lead(self, on: bool) -> None:
        """Take the lead between the bank's terminals and `dc_main` off, or put it back: a fault."""
        with self.lock:
            circuit = self._advance()
            circuit.lead_open = on
            circuit.refresh()

    def reset_supply(self) -> None:
        """Bring the supply to the settings after power-on, with its output off."""
        with self.lock:
            circuit = self._advance()
            circuit.supply.reset()
            self._coming.clear()
            circuit.refresh()

    def switch_supply(self, output: bool) -> None:
        """Switch the supply's output."""
        with self.lock:
            self._advance().switch(output)

    def switch_relay(self, role: str, closed: bool) -> None:
        """Move the contact of one role.

        Raises:
            InputError: no such contact in the electrical world.
        """
        with self.lock:
            circuit = self._advance()
            if role in DC_ROLES:
                circuit.contact(role, closed)
            elif role in AC_ROLES:
                circuit.ac.closed[role] = closed
                circuit.ac.refresh()
            else:
                raise InputError(
                    f"no contact {role!r} in the twin's world: take one of {', '.join(DC_ROLES + AC_ROLES)}"
                )

    def offer(self, *, grid: float | None = None, pv: float | None = None, load: float | None = None) -> None:
        """Set what the AC side offers or asks for, W; what is not given stays."""
        with self.lock:
            ac = self._advance().ac
            ac.grid_power = ac.grid_power if grid is None else grid
            ac.pv_power = ac.pv_power if pv is None else pv
            ac.load_power = ac.load_power if load is None else load
            ac.refresh()

    def command(
        self,
        *,
        running: bool,
        cvl: float,
        dvl: float,
        charge: float,
        discharge: float,
        export: bool = False,
        forced: bool = False,
    ) -> None:
        """Command the power stage of the device: volts, and amperes that are both positive.

        With ``forced`` it charges from the grid even while a load runs.
        """
        with self.lock:
            circuit = self._advance()
            stage = circuit.stage
            if running != stage.running:
                stage.run(running)
                circuit.ac.restart()
            stage.cvl, stage.dvl = cvl, dvl
            stage.charge_limit, stage.discharge_limit = charge, discharge
            stage.export = export
            if forced != circuit.ac.forced:
                circuit.ac.forced = forced
                circuit.ac.refresh()

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
