"""What the multimeters of the software bench have in common: leads, one input, one function at a time."""

import math
from typing import Literal

from bmshil.twin.instruments.engine import Instrument, ScpiError, out_of_range
from bmshil.twin.instruments.meters.generic import NOISE_VOLTS
from bmshil.twin.instruments.meters.ohmmeter import CanLines
from bmshil.twin.instruments.noise import Noise
from bmshil.twin.instruments.place import Place

Function = Literal["VOLT", "RES", "FRES"]

LEADS = 0.15
"""Both leads and their plugs, ohm: what two wires read too much."""

RANGES: dict[Function, tuple[float, ...]] = {
    "VOLT": (0.1, 1.0, 10.0, 100.0, 1000.0),
    "RES": (100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8),
    "FRES": (100.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8),
}
"""Full scale, V or ohm; a reading may exceed it by a fifth."""

FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(("VOLT", "VOLTAGE", "VOLT:DC", "VOLTAGE:DC"), "VOLT"),
    **dict.fromkeys(("RES", "RESISTANCE"), "RES"),
    **dict.fromkeys(("FRES", "FRESISTANCE"), "FRES"),
}


class Multimeter(Instrument):
    """A multimeter at the terminals of the device, or, in the role ohmmeter, between the CAN lines.

    Where there is a voltage, its resistance ranges read over-range.

    Attributes:
        connected: whether its leads are at the inputs that it uses.
    """

    def __init__(self, model: str, place: Place) -> None:
        super().__init__(model)
        self.connected = True
        self._world = place.world
        self._lines = CanLines(place.timeline, place.wiring, place.live) if place.role == "ohmmeter" else None
        self._noise = Noise(place.seed, 3)
        self._remember_defaults()

    def reset(self) -> None:
        """Come back to the settings after power-on: volts, and a range that it searches for."""
        self._remember_defaults()

    def measure(self) -> float:
        """Read the input in the present function, V or ohm; infinite above the range."""
        value = self._volts() if self.function == "VOLT" else self._ohms()
        return value if abs(value) <= 1.2 * self.reach(self.function) else math.inf

    def reach(self, function: Function) -> float:
        """Full scale of a function: of its range, or of the highest one while it searches for one."""
        return self.ranges[function] or RANGES[function][-1]

    def choose_range(self, function: Function, text: str) -> None:
        """Take the smallest range that reaches a value; none searches for one."""
        if text.upper() in {"", "AUTO", "DEF"}:
            self.ranges[function] = None
            return
        try:
            value = float(text)
        except ValueError:
            raise ScpiError(-104, "Data type error") from None
        reach = next((one for one in RANGES[function] if value <= one), None)
        if reach is None:
            raise out_of_range()
        self.ranges[function] = reach

    def _remember_defaults(self) -> None:
        self.function: Function = "VOLT"
        self.ranges: dict[Function, float | None] = dict.fromkeys(RANGES)
        self.cycles: dict[Function, float] = dict.fromkeys(RANGES, 10.0)

    def _volts(self) -> float:
        if not self.connected:
            return 0.0
        if self._lines is not None:
            return self._lines.voltage()
        with self._world.lock:
            noise = NOISE_VOLTS * self._noise.at(self._world.step)
            return self._world.voltage + noise / math.sqrt(self.cycles["VOLT"])

    def _ohms(self) -> float:
        if not self.connected or self._lines is None:
            return math.inf
        return self._lines.resistance() + (LEADS if self.function == "RES" else 0.0)
