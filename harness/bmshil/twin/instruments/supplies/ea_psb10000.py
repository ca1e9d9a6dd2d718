"""EA PSB 10000: a lock that one owner holds, units in every answer, current negative while it sinks.

Source: EA ModBus & SCPI guide REV 24, as drivers of this family cite it. One message holds five commands at
most, and the alarm bits stay until the error queue has been read.
"""

from bmshil.twin.instruments.engine import ScpiError, switch
from bmshil.twin.instruments.place import Place
from bmshil.twin.instruments.supplies.device import MARGIN, Family
from bmshil.twin.instruments.supplies.dialect import AMPLITUDE, SupplyDialect, settings_conflict

MOST_COMMANDS = 5

_ALARMS = {"over-voltage": 1, "over-current": 2, "over-power": 4, "over-temperature": 8, "power fail": 8192}
_REMOTE, _CV, _CC = 0x80, 0x100, 0x200
_FREE = ("SYST:LOCK", "SYSTEM:LOCK", "*")


class EaPsb10000(SupplyDialect):
    """A bidirectional supply without a programmable resistance for both directions.

    Attributes:
        held: somebody works at its front panel, and it grants the lock to nobody.
    """

    family = Family(voltage=80.0, current=170.0, power=5_000.0)

    def __init__(self, place: Place) -> None:
        super().__init__("PSB 10080-170 2U", place.world, place.rating)
        self.held = False
        self._remote = False
        device = self.device
        volts, amps = device.max_voltage, device.max_current
        self.setting("SYSTem:LOCK[:STATe]", switch(self._lock))
        self.query("SYSTem:LOCK:OWNer?", lambda _: self._owner())
        levels = (
            ("VOLTage", device.set_volts, lambda: device.volts, 1.02 * volts, "{:.2f} V"),
            ("CURRent", device.set_source, lambda: device.source, 1.02 * amps, "{:.2f} A"),
        )
        for name, apply, read, most, form in levels:
            self.level(f"[SOURce]:{name}{AMPLITUDE}", apply, read, (0.0, most), form=form)
        self.level(
            f"SINK:CURRent{AMPLITUDE}",
            device.set_sink,
            lambda: device.sink,
            (0.0, 1.02 * amps),
            form="{:.2f} A",
        )
        protections = (
            ("VOLTage", device.set_trip_volts, lambda: device.trip_volts, MARGIN * volts, "{:.2f} V"),
            ("CURRent", device.set_trip_amps, lambda: device.trip_amps, MARGIN * amps, "{:.2f} A"),
        )
        for name, apply, read, most, form in protections:
            self.level(f"[SOURce]:{name}:PROTection[:LEVel]", apply, read, (0.0, most), form=form)
        self.setting("OUTPut[:STATe]", switch(self._switch))
        self.query("OUTPut[:STATe]?", lambda _: "ON" if device.on else "OFF")
        self.readings(volts="{:.2f}V", amps="{:.2f}A", watts="{:.0f}W")
        self.query("STATus:QUEStionable:CONDition?", lambda _: str(_ALARMS.get(device.tripped, 0)))
        self.query("STATus:OPERation:CONDition?", lambda _: str(self._operation()))
        errors = self._queries["SYST:ERR?"]
        self.query("SYSTem:ERRor[:NEXT]?", lambda text: self._acknowledge() or errors(text))

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?`."""
        return f"EA Elektro-Automatik,{self.model},0000000001,V2.08"

    def admit(self, header: str) -> None:
        """Refuse every setting to those who do not hold the lock."""
        if not self._remote and not header.startswith(_FREE):
            raise settings_conflict()

    def execute(self, message: str) -> str | None:
        """Carry out one message; one that holds too many commands is refused as a whole."""
        if message.count(";") < MOST_COMMANDS:
            return super().execute(message)
        self._fail(ScpiError(-100, "Command error"))
        return None

    def _lock(self, on: bool) -> None:
        self._remote = on and not self.held

    def _owner(self) -> str:
        if self.held:
            return "LOCAL"
        return "REMOTE" if self._remote else "NONE"

    def _switch(self, on: bool) -> None:
        if on and self.device.tripped:
            raise settings_conflict()
        self.device.switch(on)

    def _operation(self) -> int:
        device = self.device
        regulates = (_CC if device.limiting else _CV) if device.on else 0
        return (_REMOTE if self._remote else 0) | regulates

    def _acknowledge(self) -> str:
        self.device.clear()
        return ""
