"""Which contact of the DC path is welded, and which stays open: told by what it does to a voltage."""

from __future__ import annotations

from bmshil.bench.checks.dc_probe import DcProbe
from bmshil.safety.energise import LARGEST_DIFFERENCE

GENTLE = 0.8 * LARGEST_DIFFERENCE
"""Voltage across ``dc_main`` when it is closed here, V: what the rule allows, less what a device draws
meanwhile."""

PAUSE = 0.4
"""How long a setting is given to show, s."""

PATH = "look at fuse, lead and terminals between supply and contactors"


class DcContacts(DcProbe):
    """Names the contact that does not do what its board believes."""

    def _name_welded(self) -> None:
        """A voltage arrives with every contact open: tell by the discharge resistor which one carries it."""
        which = "dc_main or dc_precharge"
        name = "dc_main" if "dc_main" in self._roles else "dc_precharge"
        if "dc_discharge" in self._roles:
            self._switch("dc_discharge", True)
            self._pass(3.0)
            stiff = self._meter.voltage() > 0.85 * self._supply.read()[0]
            self._switch("dc_discharge", False)
            name = which = "dc_main" if stiff else "dc_precharge"
        self._fail(
            name,
            f"{which} is open by its board, but the voltage of the supply is at the device: welded",
            "replace the contactor, and find out what current has welded it",
        )

    def _name_open(self) -> None:
        """Nothing arrives by the pre-charge: try the main contactor, at a voltage that it may close on."""
        if "dc_main" in self._roles:
            self._supply.set_voltage(max(self._base, 0.0) + GENTLE)
            self._pass(PAUSE)
            self._switch("dc_main", True)
            self._pass(2 * PAUSE)
            if self._arrived():
                self._fail(
                    "dc_precharge",
                    "closed, but nothing arrives at the device; by dc_main it does",
                    "look at the pre-charge resistor, its relay and the relay's coil",
                )
                return
        self._fail(
            "dc lead",
            "open lead: nothing of the supply arrives at the device, by whatever contact",
            PATH,
        )
