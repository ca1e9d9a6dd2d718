"""A bidirectional supply in generic SCPI: one voltage set-point, two current limits, a series resistance.

Its current is negative while it sinks, as EA's ModBus & SCPI guide has it.
"""

from bmshil.twin.instruments.engine import switch
from bmshil.twin.instruments.place import Ratings
from bmshil.twin.instruments.supplies.device import MARGIN, Family
from bmshil.twin.instruments.supplies.dialect import AMPLITUDE, SupplyDialect
from bmshil.twin.world import World


class PowerSupply(SupplyDialect):
    """The supply that plays the bank's terminals.

    Its series resistance plays the ohmic part of the bank. Switching its output on forgets a trip.
    """

    family = Family(
        voltage=80.0,
        current=150.0,
        power=12_000.0,
        resistance=1.0,
        latches=False,
        source=120.0,
        sink=120.0,
        trip_voltage=66.0,
        trip_current=150.0,
    )

    def __init__(self, world: World, rating: Ratings | None = None) -> None:
        super().__init__("PSB-TWIN", world, rating)
        device = self.device
        volts, amps = device.max_voltage, device.max_current
        source = f"[SOURce]:CURRent{AMPLITUDE}"
        self.level(f"[SOURce]:VOLTage{AMPLITUDE}", device.set_volts, lambda: device.volts, (0.0, volts))
        self.level(
            "[SOURce]:RESistance[:LEVel]",
            device.set_ohms,
            lambda: device.ohms,
            (0.0, self.family.resistance),
            form="{:.5f}",
        )
        sink = "[SOURce]:CURRent:NEGative"
        self.level(source, device.set_source, lambda: device.source, (0.0, amps), form="{:.3f}")
        self.level(sink, device.set_sink, lambda: device.sink, (0.0, amps), form="{:.3f}")
        self._understand_protections()
        self.setting("OUTPut[:STATe]", switch(device.switch))
        self.query("OUTPut[:STATe]?", lambda _: "1" if device.on else "0")
        self.readings(volts="{:.4f}", amps="{:.4f}", watts="{:.2f}")
        self.query("STATus:LIMit?", lambda _: "1" if device.limiting else "0")

    def _understand_protections(self) -> None:
        device = self.device
        protections = (
            ("VOLTage", device.set_trip_volts, lambda: device.trip_volts, device.max_voltage),
            ("CURRent", device.set_trip_amps, lambda: device.trip_amps, device.max_current),
        )
        for name, apply, read, rating in protections:
            span = (0.0, round(MARGIN * rating, 3))
            self.level(f"[SOURce]:{name}:PROTection[:LEVel]", apply, read, span, form="{:.3f}")
            self.setting(f"[SOURce]:{name}:PROTection:CLEar", lambda _: device.clear())
        self.query("[SOURce]:VOLTage:PROTection:TRIPped?", lambda _: str(int(self._by_voltage())))
        self.query(
            "[SOURce]:CURRent:PROTection:TRIPped?",
            lambda _: str(int(device.tripped != "" and not self._by_voltage())),
        )

    def _by_voltage(self) -> bool:
        return self.device.tripped == "over-voltage"
