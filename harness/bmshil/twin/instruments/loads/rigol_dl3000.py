"""Rigol DL3000.

Its traps: it answers with CC for constant current; the short circuit is a key-press that toggles, with
nothing to read back; OCP and OPP are test functions, not protections.

Source: Rigol DL3000 Programming Guide.
"""

from collections.abc import Mapping
from typing import ClassVar

from bmshil.twin.instruments.engine import out_of_range
from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place

SHORT_KEY = "33"


class RigolDl3000(CoreLoad):
    """A DL3031. The twin clears a trip with `*CLS`, once the input is off: its own choice."""

    usual = Rated(voltage=150.0, current=60.0, power=350.0)
    maker: ClassVar[str] = "RIGOL TECHNOLOGIES"
    unit: ClassVar[str] = "DL3031"
    answers: ClassVar[Mapping[str, str]] = {"CURR": "CC", "VOLT": "CV", "RES": "CR", "POW": "CP"}

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        parts.slew(self, parts.MICROSECONDS)
        parts.status(self, "STATus:QUEStionable:CONDition?")
        self.teach_switch("[SOURce]:SENSe")
        for node, top in (("CURRent", 60.0), ("VOLTage", 150.0), ("POWer", 60.0), ("RESistance", 60.0)):
            self.teach_value(f"[SOURce]:{node}:VLIMt", f"{node} V", 0.0, 150.0)
            self.teach_value(f"[SOURce]:{node}:ILIMt", f"{node} A", 0.0, top)
        self.setting("SYSTem:KEY", self._press)
        clear = self._settings["*CLS"]

        def clear_all(text: str) -> None:
            clear(text)
            if not self.device.on:
                self.device.clear()

        self._settings["*CLS"] = clear_all

    def _press(self, key: str) -> None:
        if key != SHORT_KEY:
            raise out_of_range()
        self.device.shorted = not self.device.shorted
        self.device.settle()
