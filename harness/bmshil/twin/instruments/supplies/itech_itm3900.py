"""ITECH IT-M3900: deaf to settings before `SYST:REM`, and a sink limit that is a negative number.

Source: the commands of a published driver for IT-M3400 and IT-M3900; the bits of the status register are
those that a published driver for the IT6000C of the same family decodes.
"""

from bmshil.twin.instruments.engine import ScpiError, number, switch
from bmshil.twin.instruments.place import Place
from bmshil.twin.instruments.supplies.device import MARGIN, Family
from bmshil.twin.instruments.supplies.dialect import AMPLITUDE, Protection, SupplyDialect, settings_conflict

_BITS = {"over-voltage": 1, "over-current": 2, "over-power": 8, "over-temperature": 64}
_OTHER = 8192


class ItechItm3900(SupplyDialect):
    """A bidirectional supply in CV or CC priority."""

    family = Family(voltage=80.0, current=120.0, power=6_000.0)

    def __init__(self, place: Place) -> None:
        super().__init__("IT-M3906C-80-120", place.world, place.rating)
        self._remote = False
        self._function = "VOLTage"
        self._most_volts = self.device.max_voltage
        device = self.device
        volts, amps = device.max_voltage, device.max_current
        self.setting("SYSTem:REMote", lambda _: self._control(True))
        self.setting("SYSTem:LOCal", lambda _: self._control(False))
        self.setting("SYSTem:CLEar", lambda _: self._clear())
        self.setting("[SOURce]:FUNCtion", self._choose)
        self.query("[SOURce]:FUNCtion?", lambda _: self._function)
        self.level(f"[SOURce]:VOLTage{AMPLITUDE}", device.set_volts, lambda: device.volts, (0.0, volts))
        self.level(
            "[SOURce]:VOLTage[:LEVel]:LIMit[:HIGH]", self._limit_volts, lambda: self._most_volts, (0.0, volts)
        )
        limit = "[SOURce]:CURRent[:LEVel]:LIMit"
        self.level(f"{limit}[:POSitive]", device.set_source, lambda: device.source, (0.0, amps))
        self.setting(f"{limit}:NEGative", number(lambda value: device.set_sink(-value), -amps, 0.0))
        self.query(f"{limit}:NEGative?", lambda _: f"{-device.sink:.4f}")
        self._understand_protections()
        self.setting("OUTPut[:STATe]", switch(self._switch))
        self.query("OUTPut[:STATe]?", lambda _: "1" if device.on else "0")
        self.setting("OUTPut:PROTection:CLEar", lambda _: device.clear())
        self.query("STATus:QUEStionable:CONDition?", lambda _: str(self._questionable()))
        self.readings(volts="{:.4f}", amps="{:.4f}", watts="{:.3f}")

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?`."""
        return f"ITECH Ltd.,{self.model},000000000000000001,000.001.021"

    def admit(self, header: str) -> None:
        """Refuse every setting while its front panel has the word."""
        if not self._remote and not header.startswith(("SYST:REM", "SYSTEM:REM", "*")):
            raise ScpiError(-203, "Command protected")

    def _understand_protections(self) -> None:
        device = self.device
        for name, apply, rating in (
            ("VOLTage", device.set_trip_volts, device.max_voltage),
            ("CURRent", device.set_trip_amps, device.max_current),
        ):
            one = Protection(apply, MARGIN * rating)
            head = f"[SOURce]:{name}[:OVER]:PROTection"
            self.level(f"{head}[:LEVel]", one.move, one.read, (0.0, MARGIN * rating))
            self.setting(f"{head}:STATe", switch(one.enable))
            self.query(f"{head}:STATe?", one.state)

    def _control(self, remote: bool) -> None:
        self._remote = remote

    def _clear(self) -> None:
        self._errors.clear()

    def _choose(self, text: str) -> None:
        word = text.upper()
        if word not in {"VOLT", "VOLTAGE", "CURR", "CURRENT"}:
            raise ScpiError(-104, "Data type error")
        self._function = "VOLTage" if word.startswith("V") else "CURRent"

    def _limit_volts(self, volts: float) -> None:
        self._most_volts = volts

    def _switch(self, on: bool) -> None:
        if on and self.device.tripped:
            raise settings_conflict()
        self.device.switch(on)

    def _questionable(self) -> int:
        cause = self.device.tripped
        return _BITS.get(cause, _OTHER) if cause else 0
