"""A Keithley DMM6500."""

import math
from functools import partial

from bmshil.twin.instruments.engine import ScpiError, number, switch
from bmshil.twin.instruments.meters.multimeter import FUNCTIONS, RANGES, Function, Multimeter
from bmshil.twin.instruments.place import Place

_HEADERS: dict[Function, str] = {"VOLT": "VOLTage[:DC]", "RES": "RESistance", "FRES": "FRESistance"}
_NAMES: dict[Function, str] = {"VOLT": "VOLT:DC", "RES": "RES", "FRES": "FRES"}


class KeithleyDmm6500(Multimeter):
    """A switch on its front chooses between front and rear inputs; the leads are at the front ones."""

    def __init__(self, place: Place) -> None:
        super().__init__("DMM6500", place)
        self.query("SYSTem:ERRor[:NEXT]?", lambda _: self._oldest_error())
        self.setting("[SENSe:]FUNCtion[:ON]", self._choose)
        self.query("[SENSe:]FUNCtion[:ON]?", lambda _: f'"{_NAMES[self.function]}"')
        self.query("READ?", lambda _: self._reading(), measures=True)
        self.query("ROUTe:TERMinals?", lambda _: "FRON" if self.connected else "REAR")
        for function, header in _HEADERS.items():
            sense = f"[SENSe:]{header}"
            self.setting(f"{sense}:NPLCycles", number(partial(self._set_cycles, function), 0.0005, 12.0))
            self.query(f"{sense}:NPLCycles?", partial(self._tell_cycles, function))
            self.setting(f"{sense}:RANGe[:UPPer]", partial(self.choose_range, function))
            self.query(f"{sense}:RANGe[:UPPer]?", partial(self._tell_reach, function))
            self.setting(f"{sense}:RANGe:AUTO", switch(partial(self._search, function)))
            self.query(f"{sense}:RANGe:AUTO?", partial(self._tell_search, function))

    @property
    def identity(self) -> str:
        """As its maker writes it."""
        return "KEITHLEY INSTRUMENTS,MODEL DMM6500,04000000,1.7.12b"

    def _remember_defaults(self) -> None:
        super()._remember_defaults()
        self.cycles = dict.fromkeys(RANGES, 1.0)

    def _oldest_error(self) -> str:
        return self._errors.popleft() if self._errors else '0,"No error;0;0 0"'

    def _choose(self, text: str) -> None:
        function = FUNCTIONS.get(text.strip("\"'").upper())
        if function is None:
            raise ScpiError(-224, "Illegal parameter value")
        self.function = function

    def _set_cycles(self, function: Function, cycles: float) -> None:
        self.cycles[function] = cycles

    def _search(self, function: Function, on: bool) -> None:
        self.ranges[function] = None if on else RANGES[function][-1]

    def _tell_cycles(self, function: Function, _: str) -> str:
        return f"{self.cycles[function]:g}"

    def _tell_reach(self, function: Function, _: str) -> str:
        return f"{self.reach(function):g}"

    def _tell_search(self, function: Function, _: str) -> str:
        return str(int(self.ranges[function] is None))

    def _reading(self) -> str:
        value = self.measure()
        return "9.9E37" if math.isinf(value) else f"{value:.7E}"
