r"""The DC side of one device under test.

::

     emf   series   cable      dc_main
    (E)-----[R]------[R]----+----/ ----+----+--------+--------+
                            +--[R]--/ -+    |        |        |
                          dc_precharge      = C     (I)      [R] dc_discharge
                                            |     power      /
    ----------------------------------------+     stage------+

Current is positive into the supply, which plays the battery: positive while the device charges it. The
linear parts are solved exactly over a step, so that a cable of 4 mohm on 48 mF (0.2 ms) needs no smaller one.
What stands at the left end, a supply alone or with a load beside it, is in `terminals.py`.

Source: the input capacitor and the pre-charge limit (48 000 uF, below 50 ohm) are those of an SMA Sunny
Island, SMA FSS-ConnectingBat-TI-en-10.
"""

from dataclasses import dataclass
from math import exp, inf
from typing import NamedTuple

from bmshil.twin.world.ac_side import AcSide
from bmshil.twin.world.grid import STEP
from bmshil.twin.world.inrush import Inrush
from bmshil.twin.world.power_stage import PowerStage, Rating
from bmshil.twin.world.supply import Supply
from bmshil.twin.world.terminals import Terminals

DC_ROLES = ("dc_main", "dc_precharge", "dc_discharge")

BANDWIDTH = 30.0
"""Of the device's voltage regulator unless somebody sets another, rad/s."""

_KNEE = 1.0  # ohm: how soft the supply's current limit is
_SETTLED = 1e-7  # V
_INRUSH_VOLTS = 3.0
_LEAST_RESISTANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Wiring:
    """What is built into the bench: ohms, farads, and what a diode behind the supply drops, V; 0 for none."""

    cable: float = 0.004
    precharge: float = 25.0
    discharge: float = 25.0
    capacitance: float = 0.048
    diode: float = 0.0


class _Branch(NamedTuple):
    """What the capacitor of the device sees: ohms, siemens, decay over one step, regulator gain in A/V."""

    resistance: float
    conductance: float
    decay: float
    gain: float


class Circuit:
    """Supply, contacts, capacitor and power stage. It has no clock: the owner calls `run`.

    Attributes:
        supply, terminals, ac, stage: the parts that it joins. Call `refresh` after changing one.
        bandwidth: of the device's voltage regulator, rad/s; likewise.
        lead_open: whether the lead between the bank's terminals and `dc_main` has come off; likewise.
        closed: state of each DC contact by role.
        voltage: at the terminals of the device, V.
        flow: battery current, A, positive while the device charges.
        limiting: whether the supply is in its current limit.
        blocked: whether the terminals take all the current that they can, and the device pushes more.
        inrush: what flowed when `dc_main` closed last with the supply's output on, or None.
        inrush_peak: largest current that flowed because `dc_main` closed onto another voltage, A; what a
            pre-charge leaves over does not count.
        voltage_peak: highest voltage at the terminals of the device so far, V.
    """

    def __init__(self, wiring: Wiring, rating: Rating) -> None:
        self.wiring = wiring
        self.supply = Supply()
        self.terminals = Terminals(self.supply, wiring.diode)
        self.ac = AcSide(rating.power)
        self.stage = PowerStage(rating)
        self.closed = dict.fromkeys(DC_ROLES, False)
        self.voltage = 0.0
        self.flow = 0.0
        self.limiting = False
        self.blocked = False
        self.bandwidth = BANDWIDTH
        self.lead_open = False
        self._before = 0.0
        self.inrush: Inrush | None = None
        self.inrush_peak = 0.0
        self.voltage_peak = 0.0
        self.refresh()

    def contact(self, role: str, closed: bool) -> None:
        """Move a DC contact."""
        if role == "dc_main" and closed and not self.closed[role] and self.supply.output:
            ohms = max(self.supply.series + self.wiring.cable, _LEAST_RESISTANCE)
            self.inrush = Inrush(abs(self.supply.emf - self.voltage), ohms, self.wiring.capacitance)
            if self.inrush.difference > _INRUSH_VOLTS:
                self.inrush_peak = max(self.inrush_peak, self.inrush.peak)
        self.closed[role] = closed
        self.refresh()

    def switch(self, output: bool) -> None:
        """Switch the output of the supply."""
        self.supply.switch(output, self.voltage if self._lead() < inf else 0.0)
        self.refresh()

    def refresh(self) -> None:
        """Work out what follows from contacts and settings."""
        self._bleed = 1.0 / self.wiring.discharge if self.closed["dc_discharge"] else 0.0
        self.terminals.refresh()
        ohms = max(self.terminals.series + self._lead(), _LEAST_RESISTANCE) if self.supply.output else inf
        self._linear = self._branch(ohms)
        self._limited = self._branch(ohms + _KNEE)
        if ohms == inf:
            self.flow = 0.0
            self.limiting = self.blocked = False
        self.ac.refresh()

    def supply_voltage(self) -> float:
        """Voltage at the supply's own terminals, V."""
        return self.terminals.supply_voltage(self._lead(), self.voltage, self.flow)

    def supply_current(self) -> float:
        """Current into the supply, A; negative while it delivers."""
        return self.terminals.supply_current(self._lead(), self.flow)

    def sink_voltage(self) -> float:
        """Voltage at the bank's terminals, where a load stands beside the supply, V."""
        return self.terminals.voltage(self._lead(), self.voltage, self.flow)

    def sink_current(self) -> float:
        """What that load takes, A."""
        return self.terminals.sink_current(self._lead(), self.flow)

    def run(self, steps: int) -> None:
        """Move on by so many steps. What comes after a standstill is the same, and skipped."""
        while steps > 0:
            if self._step():
                return
            steps -= 1

    def _lead(self) -> float:
        """Resistance between the terminals of bank and device, ohm."""
        if self.lead_open:
            return inf
        if self.closed["dc_main"]:
            return self.wiring.cable
        return self.wiring.cable + self.wiring.precharge if self.closed["dc_precharge"] else inf

    def _branch(self, resistance: float) -> _Branch:
        conductance = 1.0 / resistance + self._bleed
        rate = conductance / self.wiring.capacitance
        # Through the pre-charge resistor the capacitor is slower than the regulator, which must not hunt.
        gain = (1.0 - exp(-STEP * min(self.bandwidth, rate / 4.0))) * conductance
        return _Branch(resistance, conductance, exp(-STEP * rate), gain)

    def _step(self) -> bool:
        """Move on by one step; tell whether everything is exactly where it was."""
        supply, stage = self.supply, self.stage
        emf, volts, amps = supply.emf, self.voltage, stage.amps
        if emf != supply.setpoint and supply.output:
            supply.follow()
        limiting = self.limiting
        branch = self._limited if limiting else self._linear
        if stage.running:
            stage.step(volts, self._damp(volts) if self.blocked else branch.gain, self.ac)
            net = stage.amps
        else:
            net = -stage.rating.idle_draw if volts > 0.0 else 0.0
        if branch.resistance == inf:
            now = self._float(net, branch.conductance, branch.decay)
        else:
            now = self._join(net, branch)
        self.voltage = now
        self.voltage_peak = max(self.voltage_peak, now)
        still = now == volts and stage.amps == amps and supply.emf == emf
        return still and limiting == self.limiting and not self.ac.counting

    def _join(self, net: float, branch: _Branch) -> float:
        """Move the terminals of a device with a source by one step; return their voltage, V."""
        resistance, conductance, decay, _ = branch
        terminals, volts = self.terminals, self.voltage
        behind = self.supply.emf - terminals.drop
        if self.limiting:
            behind -= _KNEE * (terminals.most if self.flow > terminals.middle else terminals.least)
        final = (net + behind / resistance) / conductance
        gap = volts - final
        now = final if -_SETTLED < gap < _SETTLED else final + gap * decay
        if self.blocked:
            now = max(final, self._fill(net))
        flow = (now - behind) / resistance
        if not terminals.one_way:
            self.limiting = not terminals.least < flow < terminals.most
        else:
            self.limiting = flow <= terminals.least
            if flow > terminals.most:
                flow = terminals.most
                now = now if self.blocked else max(behind + resistance * flow, self._fill(net))
                self._before = volts
                self.blocked = True
            else:
                self.blocked = False
        self.flow = flow
        self._protect(now, flow - terminals.sink)
        return now

    def _float(self, net: float, conductance: float, decay: float) -> float:
        """Move the terminals of a device without a source by one step; return their voltage, V.

        The regulator finds out within one step that no battery is there.
        """
        self.stage.amps = 0.0
        if self.terminals.sink:  # a load without its supply empties the capacitor, if it is connected
            lead = self._lead()
            self.flow = 0.0 if lead == inf or self.supply.output else self._drain(lead)
            net -= self.flow
        if conductance:
            final = net / conductance
            return max(0.0, final + (self.voltage - final) * decay)
        return max(0.0, self.voltage + net * STEP / self.wiring.capacitance)

    def _drain(self, lead: float) -> float:
        """What a load takes out of the capacitor, A: all that it wants, and no more than there is."""
        return min(
            self.terminals.sink,
            self.voltage / max(lead, _LEAST_RESISTANCE),
            self.voltage * self.wiring.capacitance / STEP,
        )

    def _damp(self, volts: float) -> float:
        """Hold the voltage against a blocked diode; returns the gain of the regulator in this step, A/V.

        Nothing but the capacitor answers there, so that a regulator which only integrates would hunt.
        """
        siemens = self.wiring.capacitance * self.bandwidth
        if self.stage.running:
            self.stage.amps -= siemens * (volts - self._before)
        return siemens * self.bandwidth / 4.0 * STEP

    def _fill(self, net: float) -> float:
        """Where the load alone takes current, the rest of it moves the capacitor, V."""
        rest = net - self.terminals.most - self._bleed * self.voltage
        return self.voltage + rest * STEP / self.wiring.capacitance

    def _protect(self, volts: float, flow: float) -> None:
        """Let the supply's own protections act."""
        supply = self.supply
        if not -supply.trip_current <= flow <= supply.trip_current:
            supply.trip("current")
            self.refresh()
        elif volts > supply.trip_voltage and self.supply_voltage() > supply.trip_voltage:
            supply.trip("voltage")
            self.refresh()
