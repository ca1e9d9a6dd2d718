"""The DC path tried by effect, at a voltage too low to wake the device and a current too low to hurt it.

What a relay board reads back is what it believes. So each contact is tried by what it does: a voltage that
arrives, or does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.bench.checks.dc_contacts import GENTLE, PAUSE, DcContacts
from bmshil.bench.checks.dc_probe import FLOW
from bmshil.errors import RigError
from bmshil.safety import protect
from bmshil.safety.energise import LARGEST_DIFFERENCE
from bmshil.safety.steps import LOW_VOLTAGE
from bmshil.safety.waiting import look_until

if TYPE_CHECKING:
    from collections.abc import Callable

CURRENT = 1.0
"""What the supply may give meanwhile, A."""

NEAR = 0.9 * LARGEST_DIFFERENCE
"""Voltage across the pre-charge at which it counts as done, V, as for energising."""

PRECHARGE = 15.0
"""Longest pre-charge, s: 48 mF over 50 ohm need 8 s."""

DISCHARGE = 10.0
"""Longest discharge, s, as for switching off."""

NAMES = (
    "protections",
    "meter zero",
    "supply output",
    "dc lead",
    "dc_precharge",
    "dc_main",
    "meter reading",
    "dc_discharge",
)


class DcPath(DcContacts):
    """Tries supply, contactors and meter, and leaves the supply off."""

    def run(self) -> list[Check]:
        """Try everything in order, up to the first thing that is not as it should be.

        The caller verifies afterwards that everything is off.
        """
        self._try(
            ("protections", self._protections),
            ("meter zero", self._meter_zero),
            ("supply output", self._supply_output),
            ("dc_main", self._contactors),
            ("dc_precharge", self._precharge),
            ("dc_main", self._main),
            ("dc_discharge", self._discharge),
        )
        failures = self._failures()
        reason = f"{failures[0].name} has to be right first" if failures else "the rig has none"
        return [self._checks.get(name, Check.skipped(name, reason)) for name in NAMES]

    def essential(self) -> list[Check]:
        """Try what takes no time: the supply, and whether its voltage stays off the device."""
        self._try(
            ("protections", self._protections),
            ("meter zero", self._meter_zero),
            ("supply output", self._supply_output),
            ("dc_main", self._contactors),
        )
        return list(self._checks.values())

    def _try(self, *trials: tuple[str, Callable[[], None]]) -> None:
        for name, trial in trials:
            try:
                trial()
            except RigError as error:
                self._fail(name, str(error), "look at that instrument")
            if self._failures():
                break
        try:
            self._supply.off()
        except RigError as error:
            self._fail("supply output", str(error), "use the emergency stop, then look at the supply")

    def _protections(self) -> None:
        protect(self._supply, self._envelope)
        self._checks["protections"] = Check.ok(
            "protections",
            f"{self._envelope.over_voltage:g} V and {self._envelope.over_current:g} A set at the supply "
            "and read back",
        )

    def _meter_zero(self) -> None:
        left = self._meter.voltage()
        if abs(left) > self._zero and "dc_discharge" in self._roles:
            self._switch("dc_discharge", True)
            look_until(lambda: abs(self._meter.voltage()) <= self._zero, DISCHARGE, self._wait)
            self._switch("dc_discharge", False)
            left = self._meter.voltage()
        if not abs(left) < LOW_VOLTAGE:
            self._fail(
                "meter zero",
                f"{left:.1f} V at the device with everything off",
                "find out what feeds it, or wait until it is discharged",
            )
        elif abs(left) > self._zero:
            self._checks["meter zero"] = Check.warning(
                "meter zero",
                f"{left:.3f} V with everything off: what is left in the device, or an offset",
                "short the meter's leads once to know which",
            )
        else:
            self._checks["meter zero"] = Check.ok("meter zero", f"{left:.3f} V with everything off")
        self._base = left

    def _supply_output(self) -> None:
        supply = self._supply
        idle = supply.read()[1]
        supply.set_limits(
            source_current=CURRENT,
            sink_current=CURRENT,
            over_voltage=self._envelope.over_voltage,
            over_current=self._envelope.over_current,
        )
        supply.set_voltage(self._level)
        try:
            supply.output(True)
        except RigError as error:
            self._fail(
                "supply output",
                f"the output does not come on: {error}",
                "look at its front: a trip, an interlock, an open emergency stop",
            )
            return
        self._pass(PAUSE)
        volts, amps = supply.read()
        self._idle = idle
        if not abs(volts - self._level) <= 0.05 * self._level:
            self._fail(
                "supply output",
                f"set to {self._level:g} V and on, but it measures {volts:.2f} V and {-amps:.2f} A",
                "look at what loads its terminals, at its limits and at its front",
            )
            return
        self._checks["supply output"] = Check.ok("supply output", f"{volts:.2f} V at {self._level:g} V")

    def _contactors(self) -> None:
        """With every contact open nothing of the supply may arrive."""
        if self._roles & {"dc_main", "dc_precharge"} and self._arrived():
            self._name_welded()

    def _precharge(self) -> None:
        if "dc_precharge" not in self._roles:
            return
        self._switch("dc_precharge", True)
        self._pass(0.05)
        flow = self._flow()
        done = look_until(lambda: self._difference() < NEAR, PRECHARGE, self._wait)
        reached = self._meter.voltage()
        self._switch("dc_precharge", False)
        if done:
            self._pass_lead()
            self._checks["dc_precharge"] = Check.ok("dc_precharge", f"raises the device to {reached:.1f} V")
        elif self._arrived():
            self._fail(
                "dc_precharge",
                f"after {PRECHARGE:g} s still {self._difference():.1f} V between supply and device",
                "look at the pre-charge resistor, and at what loads the device",
            )
        elif flow > FLOW:
            self._fail(
                "meter reading",
                f"stays at {reached:.3f} V while the supply drives {flow:.2f} A into the device",
                "it is stuck, or its leads are off: look at the meter and at the terminals it measures",
            )
        else:
            self._name_open()

    def _main(self) -> None:
        if "dc_main" not in self._roles:
            self._agree()
            return
        self._base = self._meter.voltage()
        self._supply.set_voltage(self._base + GENTLE)
        self._pass(0.1)
        self._switch("dc_main", True)
        look_until(self._arrived, 2.0, self._wait)
        if not self._arrived():
            self._fail(
                "dc_main",
                f"closed, but the device does not follow the supply: {self._meter.voltage():.2f} V",
                "look at the contactor, its leads and its coil circuit: emergency stop, permit relay, board",
            )
            return
        self._pass_lead()
        self._checks["dc_main"] = Check.ok("dc_main", "open it holds the voltage off, closed it conducts")
        self._agree()

    def _agree(self) -> None:
        close = max(5 * self._zero, 0.01 * self._level)
        look_until(lambda: self._difference() < close, 3.0, self._wait)
        behind, before = self._supply.read()[0], self._meter.voltage()
        if not abs(behind - before) <= close:
            self._fail(
                "meter reading",
                f"{before:.2f} V at the meter, {behind:.2f} V at the supply, with hardly a current",
                "one of them is wrong, or its leads are: compare both with a third meter",
            )
            return
        self._checks["meter reading"] = Check.ok(
            "meter reading", f"{before:.2f} V, the supply says {behind:.2f} V"
        )

    def _discharge(self) -> None:
        if "dc_main" not in self._roles:
            return
        self._switch("dc_main", False)
        if "dc_discharge" not in self._roles:
            self._checks["dc_discharge"] = Check.skipped("dc_discharge", "the rig has none")
            return
        self._switch("dc_discharge", True)
        low = look_until(lambda: self._meter.voltage() < 0.9 * LOW_VOLTAGE, DISCHARGE, self._wait)
        flow, left = self._flow(), self._meter.voltage()
        self._switch("dc_discharge", False)
        if low:
            self._checks["dc_discharge"] = Check.ok("dc_discharge", f"takes the device down to {left:.1f} V")
        elif flow > FLOW:
            self._fail(
                "dc_main",
                f"told to open, but the supply still feeds the device with {flow:.2f} A: welded",
                "replace the contactor, and find out what current has welded it",
            )
        else:
            self._fail(
                "dc_discharge",
                f"closed for {DISCHARGE:g} s, and still {left:.1f} V at the device",
                "look at the discharge resistor and its relay",
            )
