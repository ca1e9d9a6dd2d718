"""Keysight RP7900: a protection holds the output off and leaves the programmed state on.

Source: Keysight RP7900 operating and service guide: the status registers, `OUTP:PROT`, `VOLT:RES`. The
spelling of the current limits is that of related families.
"""

from bmshil.twin.instruments.engine import number, switch
from bmshil.twin.instruments.place import Place
from bmshil.twin.instruments.supplies.device import Family
from bmshil.twin.instruments.supplies.dialect import AMPLITUDE, SupplyDialect
from bmshil.twin.instruments.supplies.watchdog import Watchdog

_BITS = {
    "over-voltage": 1,
    "over-current": 2,
    "power fail": 4,
    "over-power": 8,
    "over-temperature": 16,
    "inhibit": 512,
    "watchdog": 2048,
    "dynamics": 4096,
}
_CV, _CC, _OFF = 1, 2, 4


class KeysightRp7900(SupplyDialect):
    """A regenerative supply in voltage priority."""

    family = Family(voltage=80.0, current=125.0, power=5_000.0, resistance=1.0)

    def __init__(self, place: Place) -> None:
        super().__init__("RP7932A", place.world, place.rating)
        self.watchdog = Watchdog(place.timeline, self._expire)
        self._delay = 60.0
        device = self.device
        volts, amps = 1.02 * device.max_voltage, 1.02 * device.max_current
        self.level(f"[SOURce]:VOLTage{AMPLITUDE}", device.set_volts, lambda: device.volts, (0.0, volts))
        self.level(
            f"[SOURce]:VOLTage:RESistance{AMPLITUDE}",
            device.set_ohms,
            lambda: device.ohms,
            (0.0, self.family.resistance),
            form="{:.6f}",
        )
        self.level(
            "[SOURce]:VOLTage:PROTection[:LEVel]",
            device.set_trip_volts,
            lambda: device.trip_volts,
            (0.0, 1.2 * device.max_voltage),
        )
        limit = "[SOURce]:CURRent:LIMit"
        self.level(f"{limit}[:POSitive]", device.set_source, lambda: device.source, (0.0, amps))
        self.setting(f"{limit}:NEGative", number(lambda value: device.set_sink(-value), -amps, 0.0))
        self.query(f"{limit}:NEGative?", lambda _: f"{-device.sink:.4f}")
        self.setting("[SOURce]:CURRent:PROTection:STATe", switch(self._guard))
        self.query("[SOURce]:CURRent:PROTection:STATe?", lambda _: str(int(device.trips_in_limit)))
        self.setting("OUTPut[:STATe]", switch(device.switch))
        self.query("OUTPut[:STATe]?", lambda _: str(int(device.wanted)))
        self.setting("OUTPut:PROTection:CLEar", lambda _: device.clear(restores=True))
        self.setting("OUTPut:PROTection:WDOG[:STATe]", switch(self._watch))
        self.query("OUTPut:PROTection:WDOG[:STATe]?", lambda _: str(int(self.watchdog.seconds > 0)))
        self.level(
            "OUTPut:PROTection:WDOG:DELay", self._set_delay, lambda: self._delay, (1, 3600), form="{:.0f}"
        )
        self.query("STATus:QUEStionable:CONDition?", lambda _: str(self._questionable()))
        self.query("STATus:OPERation:CONDition?", lambda _: str(self._operation()))
        self.readings(volts="{:.6E}", amps="{:.6E}", watts="{:.6E}")

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?`."""
        return f"Keysight Technologies,{self.model},MY00000001,B.03.02.1232"

    def reset(self) -> None:
        """Come back to the settings after power-on: output and watchdog off, 60 s."""
        super().reset()
        self.watchdog.disarm()
        self._delay = 60.0

    def heard(self) -> None:
        """Every message counts, also one in error."""
        super().heard()
        self.watchdog.feed()

    def _guard(self, on: bool) -> None:
        self.device.trips_in_limit = on

    def _watch(self, on: bool) -> None:
        if on:
            self.watchdog.arm(self._delay)
        else:
            self.watchdog.disarm()

    def _set_delay(self, seconds: float) -> None:
        self._delay = round(seconds)
        if self.watchdog.seconds:
            self.watchdog.arm(self._delay)

    def _expire(self) -> None:
        self.device.trip("watchdog")

    def _questionable(self) -> int:
        cause = self.device.tripped
        return _BITS.get(cause, _BITS["inhibit"]) if cause else 0

    def _operation(self) -> int:
        device = self.device
        if not device.on:
            return _OFF
        return _CC if device.limiting else _CV
