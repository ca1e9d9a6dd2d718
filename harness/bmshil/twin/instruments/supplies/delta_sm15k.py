"""Delta SM15K: one command in a line, names of three letters, and a watchdog that any valid command feeds.

Source: Delta Elektronika, Ethernet and sequencer programming SM15K, sections 5.1 to 5.3 and 5.6. What the
queries of the master answer is an assumption.
"""

import re
from collections.abc import Callable
from functools import partial

from bmshil.twin.instruments.engine import ScpiError, bad_header, number, out_of_range, switch
from bmshil.twin.instruments.place import Place
from bmshil.twin.instruments.supplies.device import Family
from bmshil.twin.instruments.supplies.dialect import SupplyDialect, settings_conflict
from bmshil.twin.instruments.supplies.watchdog import Watchdog

_WATCHDOG = "SYSTem:COMmunicate:WATchdog"
_SHORTEST, _LONGEST = 0.02, 10.0
_TEST = 0.0025
_MASTERS = {"FRONT": "Front", "LOCAL": "Front", "ETHERNET": "Ethernet", "REMOTE": "Ethernet", "WEB": "Web"}


class DeltaSm15k(SupplyDialect):
    """A bidirectional supply whose set-points belong to one interface at a time."""

    family = Family(voltage=70.0, current=450.0, power=15_000.0, latches=False)

    def __init__(self, place: Place) -> None:
        super().__init__("SM70-CP-450", place.world, place.rating)
        self.watchdog = Watchdog(place.timeline, self._expire)
        self._timed_out = False
        self._refused = False
        self._masters = {"CV": "Front", "CC": "Front"}
        for unknown in ("*OPC?", "*ESR?", "*TST?"):
            del self._queries[unknown]
        device = self.device
        volts, amps = device.max_voltage, device.max_current
        self._setpoint("CV", "SOURce:VOLtage", number(device.set_volts, 0.0, volts))
        self._setpoint("CC", "SOURce:CURrent", number(device.set_source, 0.0, amps))
        self._setpoint("CC", "SOURce:CURrent:NEGative", number(lambda x: device.set_sink(-x), -amps, 0.0))
        self.query("SOURce:VOLtage?", lambda _: f"{device.volts:.4f}")
        self.query("SOURce:CURrent?", lambda _: f"{device.source:.4f}")
        self.query("SOURce:CURrent:NEGative?", lambda _: f"{-device.sink:.4f}")
        self.reading("MEASure:VOLtage?", lambda: device.voltage)
        self.reading("MEASure:CURrent?", lambda: device.current)
        self.setting("OUTPut", switch(device.switch))
        self.query("OUTPut?", lambda _: str(int(device.on)))
        self.setting(_WATCHDOG, self._command_watchdog)
        self.query(f"{_WATCHDOG}?", lambda _: self._watchdog_state())
        self.query(f"{_WATCHDOG}:SET?", lambda _: str(round(1000 * self.watchdog.seconds)))
        self.query("SYSTem:ERRor?", lambda _: self._errors.popleft() if self._errors else "0,None")
        for what in self._masters:
            self.setting(f"SYSTem:REMote:{what}[:STAtus]", partial(self._choose_master, what))
            self.query(f"SYSTem:REMote:{what}[:STAtus]?", partial(self._master, what))

    @property
    def identity(self) -> str:
        """What it answers to `*IDN?`."""
        return f"DELTA ELEKTRONIKA BV,{self.model},0,P0170,000000000001"

    def execute(self, message: str) -> str | None:
        """Carry out the one command of a message; what is invalid does not feed the watchdog."""
        self._refused = False
        if ";" in message:
            self._fail(bad_header())
            return None
        # The one question whose mark stands in the parameter.
        reply = super().execute(re.sub(r" +(SET\?)\s*$", r":\1", message, flags=re.IGNORECASE))
        if not self._refused:
            self.watchdog.feed()
        return reply

    def _fail(self, error: ScpiError) -> None:
        self._refused = True
        super()._fail(error)

    def _setpoint(self, what: str, pattern: str, apply: Callable[[str], None]) -> None:
        def setting(text: str) -> None:
            if self._masters[what] != "Ethernet":
                raise settings_conflict()
            apply(text)

        self.setting(pattern, setting)

    def _choose_master(self, what: str, text: str) -> None:
        master = _MASTERS.get(text.upper())
        if master is None:
            raise ScpiError(-104, "Data type error")
        self._masters[what] = master

    def _master(self, what: str, _: str) -> str:
        return self._masters[what]

    def _command_watchdog(self, text: str) -> None:
        word, _, value = text.upper().partition(",")
        self._timed_out = False
        if word == "STOP":
            self.watchdog.disarm()
        elif word == "TEST":
            self.watchdog.arm(_TEST)
        elif word == "SET" and value.strip().isdigit():
            seconds = int(value) / 1000
            if not _SHORTEST <= seconds <= _LONGEST:
                raise out_of_range()
            self.watchdog.arm(seconds)
        else:
            raise ScpiError(-104, "Data type error")

    def _watchdog_state(self) -> str:
        if self._timed_out:
            self._timed_out = False
            return "0"
        return str(round(1000 * self.watchdog.left)) if self.watchdog.seconds else "-1"

    def _expire(self) -> None:
        self._timed_out = True
        self.watchdog.disarm()
        self.device.trip("watchdog")
