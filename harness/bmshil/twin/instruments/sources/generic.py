"""A grid or PV simulator that is switched by its own output."""

from bmshil.twin.instruments.engine import Instrument, number, switch
from bmshil.twin.instruments.place import Place


class Source(Instrument):
    """Feeds the device at the input that its role names: ac_grid or pv."""

    def __init__(self, place: Place) -> None:
        super().__init__("SOURCE-TWIN")
        self._world = place.world
        self._role = place.role
        self._volts, self._hertz, self._on = 230.0, 50.0, False
        self.setting("[SOURce]:VOLTage[:LEVel]", number(self._set_volts, 0.0, 500.0))
        self.query("[SOURce]:VOLTage[:LEVel]?", lambda _: f"{self._volts:.1f}")
        self.setting("[SOURce]:FREQuency", number(self._set_hertz, 45.0, 65.0))
        self.query("[SOURce]:FREQuency?", lambda _: f"{self._hertz:.2f}")
        self.setting("OUTPut[:STATe]", switch(self._switch))
        self.query("OUTPut[:STATe]?", lambda _: str(int(self._on)))

    def reset(self) -> None:
        """Come back to the settings after power-on: output off."""
        self._volts, self._hertz = 230.0, 50.0
        self._switch(False)

    def _set_volts(self, volts: float) -> None:
        self._volts = volts

    def _set_hertz(self, hertz: float) -> None:
        self._hertz = hertz

    def _switch(self, on: bool) -> None:
        if self.faults.refuses_output if on else self.faults.stays_on:
            return
        self._on = on
        self._world.switch_relay(self._role, on)
