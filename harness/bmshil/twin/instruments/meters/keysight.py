"""A Keysight 34461A."""

import math
from functools import partial

from bmshil.twin.instruments.engine import ScpiError, out_of_range
from bmshil.twin.instruments.meters.multimeter import FUNCTIONS, Function, Multimeter
from bmshil.twin.instruments.place import Place

_CYCLES = (0.02, 0.2, 1.0, 10.0, 100.0)
_HEADERS: dict[Function, str] = {"VOLT": "VOLTage[:DC]", "RES": "RESistance", "FRES": "FRESistance"}


class Keysight34461A(Multimeter):
    """`CONF` chooses a function and sets all the rest of it to its default; `MEAS` does and reads."""

    def __init__(self, place: Place) -> None:
        super().__init__("34461A", place)
        self.query("SYSTem:ERRor[:NEXT]?", lambda _: self._oldest_error())
        self.setting("[SENSe:]FUNCtion[:ON]", self._choose)
        self.query("[SENSe:]FUNCtion[:ON]?", lambda _: f'"{self.function}"')
        self.query("READ?", lambda _: self._reading(), measures=True)
        for function, header in _HEADERS.items():
            self.setting(f"CONFigure[:SCALar]:{header}", partial(self._configure, function))
            self.query(f"MEASure[:SCALar]:{header}?", partial(self._measure, function), measures=True)
            sense = f"[SENSe:]{header}"
            self.setting(f"{sense}:NPLC", partial(self._set_cycles, function))
            self.query(f"{sense}:NPLC?", partial(self._tell_cycles, function))
            self.setting(f"{sense}:RANGe[:UPPer]", partial(self.choose_range, function))
            self.query(f"{sense}:RANGe[:UPPer]?", partial(self._tell_reach, function))
            self.query(f"{sense}:RANGe:AUTO?", partial(self._tell_search, function))

    @property
    def identity(self) -> str:
        """As its maker writes it."""
        return "Keysight Technologies,34461A,MY00000000,A.03.03-02.40-03.03-00.52-02-01"

    def _oldest_error(self) -> str:
        return self._errors.popleft() if self._errors else '+0,"No error"'

    def _choose(self, text: str) -> None:
        function = FUNCTIONS.get(text.strip("\"'").upper())
        if function is None:
            raise ScpiError(-224, "Illegal parameter value")
        self.function = function

    def _configure(self, function: Function, text: str) -> None:
        self.choose_range(function, text.partition(",")[0])
        self.cycles[function] = 10.0
        self.function = function

    def _measure(self, function: Function, text: str) -> str:
        self._configure(function, text)
        return self._reading()

    def _set_cycles(self, function: Function, text: str) -> None:
        try:
            cycles = float(text)
        except ValueError:
            raise ScpiError(-104, "Data type error") from None
        if cycles not in _CYCLES:
            raise out_of_range()
        self.cycles[function] = cycles

    def _tell_cycles(self, function: Function, _: str) -> str:
        return f"{self.cycles[function]:+.8E}"

    def _tell_reach(self, function: Function, _: str) -> str:
        return f"{self.reach(function):+.8E}"

    def _tell_search(self, function: Function, _: str) -> str:
        return str(int(self.ranges[function] is None))

    def _reading(self) -> str:
        value = self.measure()
        return "+9.90000000E+37" if math.isinf(value) else f"{value:+.8E}"
