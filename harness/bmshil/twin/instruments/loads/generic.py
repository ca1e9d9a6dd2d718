"""The electronic load on the AC output of the device."""

from bmshil.twin.instruments.engine import Instrument, ScpiError, number, switch
from bmshil.twin.world import World

POWER_RATING = 8000.0
MAINS = 230.0  # V


class Load(Instrument):
    """Takes constant power, or constant current at the mains voltage."""

    def __init__(self, world: World) -> None:
        super().__init__("LOAD-TWIN")
        self._world = world
        self._remember_defaults()
        self.setting("[SOURce]:FUNCtion", self._choose)
        self.query("[SOURce]:FUNCtion?", lambda _: self._function)
        self.setting("[SOURce]:POWer[:LEVel]", number(self._set_watts, 0.0, POWER_RATING))
        self.query("[SOURce]:POWer[:LEVel]?", lambda _: f"{self._watts:.1f}")
        self.setting("[SOURce]:CURRent[:LEVel]", number(self._set_amps, 0.0, POWER_RATING / MAINS))
        self.query("[SOURce]:CURRent[:LEVel]?", lambda _: f"{self._amps:.3f}")
        self.setting("INPut[:STATe]", switch(self._switch))
        self.query("INPut[:STATe]?", lambda _: "1" if self._on else "0")
        self.query("MEASure[:SCALar]:POWer?", lambda _: f"{world.served_load:.1f}", measures=True)
        self.query("MEASure[:SCALar]:CURRent?", lambda _: f"{world.served_load / MAINS:.3f}", measures=True)

    def reset(self) -> None:
        """Come back to the settings after power-on: input off."""
        self._remember_defaults()
        self._apply()

    def _remember_defaults(self) -> None:
        self._function = "POW"
        self._watts = self._amps = 0.0
        self._on = False

    def _choose(self, text: str) -> None:
        word = text.upper()
        if word not in {"POW", "POWER", "CURR", "CURRENT"}:
            raise ScpiError(-104, "Data type error")
        self._function = word[: 3 if word.startswith("P") else 4]
        self._apply()

    def _set_watts(self, watts: float) -> None:
        self._watts = watts
        self._apply()

    def _set_amps(self, amps: float) -> None:
        self._amps = amps
        self._apply()

    def _switch(self, on: bool) -> None:
        self._on = on
        self._apply()

    def _apply(self) -> None:
        wanted = self._watts if self._function == "POW" else self._amps * MAINS
        self._world.offer(load=wanted if self._on else 0.0)
