"""TDK-Lambda GENESYS+: current in one direction alone, and a watchdog whose time begins with the next word.

Source: TDK-Lambda GENESYS+ (GH10-100) manual: communication watchdog, error 342, condition registers. Errors
are only kept after `SYST:ERR:ENAB`.
"""

from bmshil.twin.instruments.engine import ScpiError, switch
from bmshil.twin.instruments.place import Place
from bmshil.twin.instruments.supplies.device import MARGIN, Family
from bmshil.twin.instruments.supplies.dialect import AMPLITUDE, SupplyDialect, settings_conflict
from bmshil.twin.instruments.supplies.watchdog import Watchdog

_BITS = {
    "power fail": 2,
    "over-temperature": 4,
    "over-current": 8,
    "over-voltage": 16,
    "shut-off": 32,
    "interlock": 128,
    "watchdog": 32768,
}
_CV, _CC, _NO_FAULT = 1, 2, 4
_ADDRESS = "06"


class TdkGenesys(SupplyDialect):
    """A supply that cannot take current."""

    family = Family(voltage=80.0, current=187.5, power=15_000.0, sinks=False)

    def __init__(self, place: Place) -> None:
        super().__init__("GSP80-187.5", place.world, place.rating)
        self.watchdog = Watchdog(place.timeline, self._expire)
        self._logs = False
        self._seconds = 10.0
        device = self.device
        volts, amps = 1.05 * device.max_voltage, 1.05 * device.max_current
        level = f"[SOURce]:VOLTage{AMPLITUDE}"
        self.level(level, device.set_volts, lambda: device.volts, (0.0, volts), form="{:.3f}")
        level = f"[SOURce]:CURRent{AMPLITUDE}"
        self.level(level, device.set_source, lambda: device.source, (0.0, amps), form="{:.3f}")
        self.level(
            "[SOURce]:VOLTage:PROTection[:LEVel]",
            device.set_trip_volts,
            lambda: device.trip_volts,
            (0.0, MARGIN * device.max_voltage),
            form="{:.3f}",
        )
        self.setting("[SOURce]:CURRent:PROTection:STATe", switch(self._guard))
        self.query("[SOURce]:CURRent:PROTection:STATe?", lambda _: _word(device.trips_in_limit))
        self.setting("OUTPut[:STATe]", switch(self._switch))
        self.query("OUTPut[:STATe]?", lambda _: _word(device.on))
        self.setting("OUTPut:PROTection:CLEar", lambda _: device.clear())
        self.setting("SYSTem[:COMMunicate]:WATChdog[:STATe]", switch(self._watch))
        self.query("SYSTem[:COMMunicate]:WATChdog[:STATe]?", lambda _: _word(self.watchdog.seconds > 0))
        self.level(
            "SYSTem[:COMMunicate]:WATChdog:TIMe",
            self._set_seconds,
            lambda: self._seconds,
            (1, 3600),
            form="{:.0f}",
        )
        self.setting("SYSTem:ERRor:ENABle", lambda _: self._enable_errors())
        self.query("STATus:QUEStionable:CONDition?", lambda _: str(self._questionable()))
        self.query("STATus:OPERation:CONDition?", lambda _: str(self._operation()))
        self.readings(volts="{:.3f}", amps="{:.3f}", watts="{:.1f}")

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?`."""
        return f"TDK-LAMBDA,{self.model},00000001,GEN:02.004"

    def heard(self) -> None:
        """Every message counts, also one in error."""
        super().heard()
        self.watchdog.feed()

    def _fail(self, error: ScpiError) -> None:
        if self._logs:
            super()._fail(ScpiError(error.code, f"{error.text};{_ADDRESS}"))

    def _enable_errors(self) -> None:
        self._errors.clear()
        self._logs = True

    def _guard(self, on: bool) -> None:
        self.device.trips_in_limit = on

    def _switch(self, on: bool) -> None:
        if on and self.device.tripped:
            raise settings_conflict()
        self.device.switch(on)

    def _watch(self, on: bool) -> None:
        if on:
            self.watchdog.prepare(self._seconds)
            return
        self.watchdog.disarm()
        if self.device.tripped == "watchdog":
            self.device.clear()

    def _set_seconds(self, seconds: float) -> None:
        self._seconds = round(seconds)
        if self.watchdog.seconds:
            self.watchdog.prepare(self._seconds)

    def _expire(self) -> None:
        self.device.trip("watchdog")
        self._fail(ScpiError(342, "Communication Watchdog Timeout"))

    def _questionable(self) -> int:
        cause = self.device.tripped
        return _BITS.get(cause, _BITS["shut-off"]) if cause else 0

    def _operation(self) -> int:
        device = self.device
        regulates = (_CC if device.limiting else _CV) if device.on else 0
        return regulates | (0 if device.tripped else _NO_FAULT)


def _word(on: bool) -> str:
    return "ON" if on else "OFF"
