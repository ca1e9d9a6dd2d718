"""The electrical world on a timeline: what instruments, relays and the device do to it."""

from bmshil.errors import InputError
from bmshil.twin.world.ac_side import AC_ROLES
from bmshil.twin.world.circuit import DC_ROLES
from bmshil.twin.world.grid import STEP
from bmshil.twin.world.readings import Readings


class World(Readings):
    """The circuit of the bench: what devices do to it. What they measure is in :class:`Readings`."""

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
