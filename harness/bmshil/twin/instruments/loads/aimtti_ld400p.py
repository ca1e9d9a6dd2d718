"""Aim-TTi LD400P.

Its traps: a language of its own, replies that repeat the command and carry units, a line for each answer, no
error queue but a number that reading clears, and lines that end with a carriage return as well.

Source: Aim-TTi LD400 Instruction Manual 48511-1730, "Remote Commands" and "Status Reporting". The bits of
the trip register and the numbers of execution errors are the twin's own choice.
"""

from typing import ClassVar

from bmshil.twin.instruments.engine import Instrument, ScpiError, number, switch
from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import LEAST_RESISTANCE, device
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place

MODES = {"C": ("CURR", "A"), "P": ("POW", "W"), "R": ("RES", "OHM"), "G": ("RES", "SIE"), "V": ("VOLT", "V")}
REFUSED = 120
_BITS = {"over-current": 1, "over-voltage": 2, "over-power": 4}
_FAULT = 128


class AimttiLd400p(Instrument):
    """An LD400P: 80 V, 80 A, 400 W."""

    usual = Rated(voltage=80.0, current=80.0, power=400.0)
    terminator: ClassVar[bytes] = b"\r\n"

    def __init__(self, place: Place) -> None:
        super().__init__("LD400P")
        self.device = device(place, self.usual, self)
        self._letter, self._selected = "C", "A"
        self._levels = {"A": 0.0, "B": 0.0}
        self._refused = 0
        self.setting("MODE", self._choose)
        self.query("MODE?", lambda _: f"MODE {self._letter}")
        self.setting("LVLSEL", self._select)
        self.query("LVLSEL?", lambda _: f"LVLSEL {self._selected}")
        for name in self._levels:
            self._teach_level(name)
        self.setting("INP", switch(self.device.switch))
        self.query("INP?", lambda _: f"INP {int(self.device.on)}")
        self.query("V?", lambda _: f"{self.device.voltage:.2f}V", measures=True)
        self.query("I?", lambda _: f"{self.device.current:.2f}A", measures=True)
        self.query("EER?", self._take_refusal)
        self.query("ITR?", self._take_trip)
        parts.no_error_queue(self)

    @property
    def identity(self) -> str:
        """Maker, model, and a serial number that says what it is."""
        return "THURLBY THANDAR, LD400P, TWIN, 1.05"

    def reset(self) -> None:
        """Come back to the settings after power-on."""
        self.device.reset()
        self._letter, self._selected = "C", "A"
        self._levels.update(A=0.0, B=0.0)

    def execute(self, message: str) -> str | None:
        """Carry out one message; each answer is a line of its own."""
        reply = super().execute(message)
        return reply if reply is None else reply.replace(";", "\r\n")

    def _fail(self, error: ScpiError) -> None:
        super()._fail(error)
        if error.code <= -200:
            self._refused = REFUSED

    def _choose(self, letter: str) -> None:
        if letter.upper() not in MODES:
            raise ScpiError(-224, "Illegal parameter value")
        self._letter = letter.upper()
        self._levels.update(A=self._rest(), B=self._rest())
        self._apply()

    def _rest(self) -> float:
        """A level that takes nothing, in a mode that was just chosen."""
        return {"V": self.device.rated.voltage, "R": 10_000.0}.get(self._letter, 0.0)

    def _select(self, level: str) -> None:
        if level.upper() not in self._levels:
            raise ScpiError(-224, "Illegal parameter value")
        self._selected = level.upper()
        self._apply()

    def _teach_level(self, name: str) -> None:
        def put(value: float) -> None:
            rated = self.device.rated
            top = {"C": rated.current, "P": rated.power, "V": rated.voltage, "G": 40.0}.get(self._letter, 1e4)
            low = LEAST_RESISTANCE if self._letter == "R" else 0.0
            number(lambda level: self._levels.update({name: level}), low, top)(str(value))
            self._apply()

        self.setting(name, number(put, 0.0, 1e6))
        self.query(f"{name}?", lambda _: f"{name} {self._levels[name]:.2f}{MODES[self._letter][1]}")

    def _apply(self) -> None:
        level = self._levels[self._selected]
        if self._letter == "G":
            level = 1 / max(level, 1e-4)
        self.device.mode = MODES[self._letter][0]
        self.device.levels[self.device.mode] = max(level, 0.01) if self.device.mode == "RES" else level
        self.device.settle()

    def _take_refusal(self, _: str) -> str:
        refused, self._refused = self._refused, 0
        return str(refused)

    def _take_trip(self, _: str) -> str:
        """Tell the trip once; reading takes the latch away."""
        tripped = self.device.tripped
        if tripped:
            self.device.clear()
        return str(_BITS.get(tripped, _FAULT) if tripped else 0)
