"""Siglent SDL1000X.

Its traps: what is out of range is ignored without a word, there is no error queue, and each mode has a
current range and a voltage range of its own, beyond which a level is out of range.

Source: Siglent SDL1000X Programming Guide, section 2.3.
"""

from typing import ClassVar

from bmshil.twin.instruments.engine import ScpiError, number, out_of_range
from bmshil.twin.instruments.loads import parts
from bmshil.twin.instruments.loads.core import NODES, CoreLoad
from bmshil.twin.instruments.loads.device import Rated
from bmshil.twin.instruments.place import Place

LOW_AMPS, LOW_VOLTS = 5.0, 36.0


class SiglentSdl1000x(CoreLoad):
    """An SDL1030X. After power-on it stands in its low ranges."""

    usual = Rated(voltage=150.0, current=30.0, power=300.0)
    maker: ClassVar[str] = "Siglent Technologies"
    unit: ClassVar[str] = "SDL1030X"

    def __init__(self, place: Place) -> None:
        self._ranges = {mode: {"A": LOW_AMPS, "V": LOW_VOLTS} for mode in NODES}
        super().__init__(place)
        rated = self.device.rated
        for mode, node in NODES.items():
            self._teach_range(mode, f"[SOURce]:{node}:IRANGe", "A", LOW_AMPS, rated.current)
            self._teach_range(mode, f"[SOURce]:{node}:VRANGe", "V", LOW_VOLTS, rated.voltage)
        self._keep_in_range("CURR", "[SOURce]:CURRent[:LEVel][:IMMediate]", "A")
        self._keep_in_range("VOLT", "[SOURce]:VOLTage[:LEVel][:IMMediate]", "V")
        parts.slew(self, parts.MICROSECONDS)
        parts.short(self, "[SOURce]:SHORt[:STATe]")
        parts.protection(self, "CURRent", "over-current")
        parts.protection(self, "POWer", "over-power")
        parts.no_error_queue(self)
        self.teach_switch("SYSTem:SENSe[:STATe]")

    def _fail(self, error: ScpiError) -> None:
        """Say nothing."""

    def _teach_range(self, mode: str, pattern: str, unit: str, low: float, high: float) -> None:
        """A range is chosen by value."""
        ranges = self._ranges[mode]
        # The mains voltage and a large rating stay within what the guide gives as the widest range.
        widest = max(high, 30.0 if unit == "A" else 150.0)

        def choose(value: float) -> None:
            ranges[unit] = low if value <= low else widest

        self.setting(pattern, number(choose, 0.0, widest))
        self.query(f"{pattern}?", lambda _: f"{ranges[unit]:g}")

    def _keep_in_range(self, mode: str, pattern: str, unit: str) -> None:
        top = {"A": self.device.rated.current, "V": self.device.rated.voltage}[unit]

        def put(value: float) -> None:
            if value > self._ranges[mode][unit]:
                raise out_of_range()
            self.device.levels[mode] = value
            self.device.settle()

        self.setting(pattern, number(put, 0.0, top))
