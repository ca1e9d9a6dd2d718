"""A bidirectional supply in the manner of an EA PSB: one voltage set-point, two current limits.

Its current is negative while it sinks, as EA's ModBus & SCPI guide has it.
"""

from bmshil.twin.instruments.engine import Instrument, number, switch
from bmshil.twin.world import World

VOLTAGE_RATING = 80.0
CURRENT_RATING = 150.0
RESISTANCE_RATING = 1.0


class PowerSupply(Instrument):
    """The supply that plays the bank's terminals.

    Its series resistance plays the ohmic part of the bank.
    """

    def __init__(self, world: World) -> None:
        super().__init__("PSB-TWIN")
        self._world = world
        self._remember_defaults()
        self._understand()

    def reset(self) -> None:
        """Come back to the settings after power-on: output off."""
        self._world.reset_supply()
        self._remember_defaults()

    def _remember_defaults(self) -> None:
        self._volts = self._ohms = 0.0
        self._source = self._sink = 120.0
        self._trip_volts, self._trip_amps = 66.0, 150.0

    def _understand(self) -> None:
        world = self._world
        level = "[:LEVel][:IMMediate][:AMPLitude]"
        self.setting(f"[SOURce]:VOLTage{level}", number(self._set_volts, 0.0, VOLTAGE_RATING))
        self.query(f"[SOURce]:VOLTage{level}?", lambda _: f"{self._volts:.4f}")
        self.setting("[SOURce]:RESistance[:LEVel]", number(self._set_ohms, 0.0, RESISTANCE_RATING))
        self.query("[SOURce]:RESistance[:LEVel]?", lambda _: f"{self._ohms:.5f}")
        self.setting(f"[SOURce]:CURRent{level}", number(self._set_source, 0.0, CURRENT_RATING))
        self.query(f"[SOURce]:CURRent{level}?", lambda _: f"{self._source:.3f}")
        self.setting("[SOURce]:CURRent:NEGative", number(self._set_sink, 0.0, CURRENT_RATING))
        self.query("[SOURce]:CURRent:NEGative?", lambda _: f"{self._sink:.3f}")
        self.setting("[SOURce]:VOLTage:PROTection[:LEVel]", number(self._set_trip_volts, 0.0, 88.0))
        self.query("[SOURce]:VOLTage:PROTection[:LEVel]?", lambda _: f"{self._trip_volts:.3f}")
        self.setting("[SOURce]:CURRent:PROTection[:LEVel]", number(self._set_trip_amps, 0.0, 165.0))
        self.query("[SOURce]:CURRent:PROTection[:LEVel]?", lambda _: f"{self._trip_amps:.3f}")
        self.query("[SOURce]:VOLTage:PROTection:TRIPped?", lambda _: str(int(world.tripped == "voltage")))
        self.query("[SOURce]:CURRent:PROTection:TRIPped?", lambda _: str(int(world.tripped == "current")))
        self.setting("OUTPut[:STATe]", switch(world.switch_supply))
        self.query("OUTPut[:STATe]?", lambda _: "1" if world.output else "0")
        self.query("MEASure[:SCALar]:VOLTage[:DC]?", lambda _: f"{world.supply_voltage:.4f}", measures=True)
        self.query("MEASure[:SCALar]:CURRent[:DC]?", lambda _: f"{-world.current:.4f}", measures=True)
        self.query(
            "MEASure[:SCALar]:POWer[:DC]?",
            lambda _: f"{-world.current * world.supply_voltage:.2f}",
            measures=True,
        )
        self.query("STATus:LIMit?", lambda _: "1" if world.limiting else "0")

    def _set_volts(self, volts: float) -> None:
        self._volts = volts
        self._world.set_supply(voltage=volts)

    def _set_ohms(self, ohms: float) -> None:
        self._ohms = ohms
        self._world.set_supply(resistance=ohms)

    def _set_source(self, amps: float) -> None:
        self._source = amps
        self._world.set_supply(source=amps)

    def _set_sink(self, amps: float) -> None:
        self._sink = amps
        self._world.set_supply(sink=amps)

    def _set_trip_volts(self, volts: float) -> None:
        self._trip_volts = volts
        self._world.set_supply(trip_voltage=volts)

    def _set_trip_amps(self, amps: float) -> None:
        self._trip_amps = amps
        self._world.set_supply(trip_current=amps)
