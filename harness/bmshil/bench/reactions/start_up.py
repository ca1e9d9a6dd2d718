"""Switching bank and device on as people do: in the right order, and in the wrong one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.battery import Inrush
from bmshil.bms import PowerOn
from bmshil.errors import Blocked
from bmshil.judge import Measurement
from bmshil.safety import protect

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

POWERLESS = 5.0
"""How long a device stays without power to lose its memory, s, after its DC side is discharged."""

CABLE = 0.004
"""Between bank and device where the rig file gives no ``control.cable``, ohm: two leads of 2.7 m, 25 mm2."""

BREAKER = 0.5
"""How long the breaker stays closed in the wrong order, s: several hundred time constants."""


class StartUp:
    """The hands at the rocker switches, the START button and the breaker.

    ``dc_main`` is the breaker and the positive cable, ``dc_precharge`` the pre-charge circuit of the master.

    Args:
        bench: the bench.
        master: number of the pack whose START is pressed.
        gap: from one pack to the next, s.

    Attributes:
        hands: where each pack stands.
    """

    def __init__(self, bench: Bench, *, master: int = 1, gap: float = 2.0) -> None:
        self._bench = bench
        self.hands = PowerOn(bench.bank, bench.timeline, bench.journal, master=master, gap=gap)

    def shut_down(self) -> None:
        """Switch device and bank off; the device loses its memory, and its capacitors are empty."""
        bench = self._bench
        bench.stimulus("bank and device off")
        bench.switch_off()
        self.hands.switch_off()
        bench.timeline.run(POWERLESS)

    def power_on(self) -> bool:
        """Switch the bank on in the right order; say whether the master has begun.

        Breaker, rocker switches, START, pre-charge, main contactor; the other packs follow by themselves.
        """
        bench = self._bench
        bench.stimulus(f"rocker switches on, START on pack {self.hands.master}")
        self.hands.switch_on()
        if not self.hands.press_start():
            return False
        bench.energise()
        self.hands.precharged()
        return True

    def close_breaker_late(self) -> Inrush:
        """Switch the bank on with the breaker open, and close it onto the empty capacitors of the device.

        What flows then is over in a millisecond, too short for any instrument here: it follows from the
        measured voltages, the resistances of bank and cable, and the declared capacitance. The packs bear
        it; where they trip, their contactors open, and the bench switches off for them.

        Raises:
            Blocked: the device could be harmed, and nobody has allowed that; or it is not discharged.
            RigError: the rig failed; everything is off then.
        """
        bench = self._bench
        if not bench.hazard.allowed:
            raise Blocked("dc_main without a pre-charge could harm the device: --allow-hazard allows it")
        if "dc_main" not in bench.relay_roles:
            raise Blocked("no relay in the DC path: nothing can be closed late")
        self._run_behind_open_breaker()
        supply, level = bench.supply, bench.packs.emf
        before = bench.meter.voltage()
        bench.control.envelope.check_command(voltage=level)
        bench.stimulus("breaker closed onto the empty capacitors")
        try:
            bench.safeguards.before_energising()
            protect(supply, bench.control.envelope)
            supply.set_voltage(level)
            supply.output(True)
            bench.timeline.run(0.2)
            bench.relays.close("dc_main")
            inrush = Inrush(level - before, bench.packs.resistance + self.cable, self.capacitance)
            bench.bank.inrush(inrush)
            bench.timeline.run(BREAKER)
        except BaseException as error:  # the time limit of a test, too: nobody watches what is on here
            bench.switch_off(str(error))
            raise
        bench.switch_off()
        return inrush

    def reset_ritual(self, *, switch: bool = True, cable: bool = True, seconds: float = 300.0) -> None:
        """Do what clears a latched protection, or leave part of it out.

        Args:
            switch: whether the rocker switches are put off.
            cable: whether the positive is disconnected.
            seconds: how long it stays so.
        """
        bench = self._bench
        bench.stimulus(f"reset: switch {switch}, cable {cable}, {seconds:g} s")
        if switch:
            self.hands.switch_off()
        if cable:
            self.hands.connect_positive(False)
        bench.timeline.run(seconds)
        if cable:
            self.hands.connect_positive(True)

    def wait(self, timeout: float) -> bool:
        """Wait until every pack runs; say whether they do."""
        return self._bench.until(lambda: self.hands.running, timeout)

    @property
    def cable(self) -> float:
        """Between bank and device, ohm."""
        return self._bench.rig.control.cable or CABLE

    @property
    def capacitance(self) -> float:
        """Of the device's input as declared, F."""
        return self._bench.declares.input_capacitance

    def difference(self, since: float) -> Measurement:
        """Voltage across ``dc_main`` when it closed last, measured on both sides; since ``since``, s.

        Raises:
            Blocked: it has not been closed.
        """
        events = self._bench.journal.events(since, self._bench.seconds, "dc_main")
        if not events:
            raise Blocked("dc_main was not closed: there is no relay in the DC path")
        last = events[-1]
        apart = abs(last.data["supply"] - last.data["device"])
        known = math.sqrt(2) * self._bench.rig.tolerances.voltage  # two readings
        return Measurement("dc_main", since, last.t, "difference", apart, "V", known)

    def inrush(self, difference: Measurement) -> Measurement:
        """Peak of the current that a difference across ``dc_main`` drives, from V and R."""
        resistance = self._bench.packs.resistance + self.cable
        one = Inrush(float(difference.value), resistance, self.capacitance)
        known = difference.uncertainty / resistance
        return Measurement("dc_main", difference.start, difference.end, "V / R", one.peak, "A", known)

    def stages(self) -> Measurement:
        """Where the packs stand, in words: one for all, or one for each."""
        stages = [str(stage) for stage in self.hands.stages.values()]
        words = stages[0] if len(set(stages)) == 1 else ", ".join(stages)
        return self._bench.observe("packs", words)

    def _run_behind_open_breaker(self) -> None:
        self.hands.switch_on()
        self.hands.press_start()
        self.hands.precharged()
        self._bench.timeline.until(lambda: self.hands.running, 60.0)
