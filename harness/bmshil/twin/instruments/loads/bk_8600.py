"""BK Precision 8600.

Its traps: after a command in error the rest of a message is ignored; a smaller range clips the level; a
protection stays latched until `PROT:CLE`, and the input goes on reading as on meanwhile.

Source: BK Precision 8600 Series Programming Manual, 2.2 "Command Execution Rules" and [SOURce:]CURRent:RANGe.
"""

from typing import ClassVar

from bmshil.twin.instruments.engine import number
from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place


class Bk8600(CoreLoad):
    """An 8614."""

    usual = Rated(voltage=120.0, current=240.0, power=1500.0)
    maker: ClassVar[str] = "B&K Precision"
    unit: ClassVar[str] = "8614"
    keeps_input: ClassVar[bool] = True
    stops_at_error: ClassVar[bool] = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        rated = self.device.rated
        self._range = rated.current
        parts.slew(self, parts.MICROSECONDS)
        parts.short(self, "[SOURce]:INPut:SHORt[:STATe]")
        parts.protection(self, "CURRent", "over-current")
        parts.protection(self, "POWer", "over-power", switched=False)
        parts.clearing(self, "[SOURce]:PROTection:CLEar")
        parts.status(self, "STATus:QUEStionable:CONDition?")
        self.setting("[SOURce]:CURRent:RANGe", number(self._choose_range, 0.0, rated.current))
        self.query("[SOURce]:CURRent:RANGe?", lambda _: self.figure(self._range))
        for pattern in ("SYSTem:REMote", "SYSTem:LOCal"):
            self.setting(pattern, lambda _: None)

    def _choose_range(self, amps: float) -> None:
        """The low range is a tenth of the high one; levels beyond the new range become its largest."""
        low = self.device.rated.current / 10
        self._range = low if amps <= low else self.device.rated.current
        self.device.levels["CURR"] = min(self.device.levels["CURR"], self._range)
        self.device.settle()
