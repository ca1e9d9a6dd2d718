"""ITECH IT8500+ and IT8800.

Its traps: it obeys only after `SYST:REM`; a protection stays latched until `PROT:CLE`, and the input goes on
reading as on meanwhile. Its load-on timer switches the input off by itself.

Source: ITECH IT8500+ and IT8800 Programming Guides.
"""

from typing import ClassVar

from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place


class ItechIt8500(CoreLoad):
    """An IT8514C+."""

    usual = Rated(voltage=120.0, current=240.0, power=1500.0)
    maker: ClassVar[str] = "ITECH Ltd."
    unit: ClassVar[str] = "IT8514C+"
    keeps_input: ClassVar[bool] = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._refuse = parts.remote(self)
        parts.slew(self, parts.MICROSECONDS)
        parts.short(self, "[SOURce]:INPut:SHORt[:STATe]")
        parts.protection(self, "CURRent", "over-current")
        parts.protection(self, "POWer", "over-power", switched=False)
        parts.clearing(self, "[SOURce]:PROTection:CLEar")
        parts.status(self, "STATus:QUEStionable:CONDition?")
        parts.timer(self)
        self.teach_switch("REMote:SENSe[:STATe]")

    def admit(self, header: str) -> None:
        """Refuse settings before remote control is taken."""
        self._refuse(header)
