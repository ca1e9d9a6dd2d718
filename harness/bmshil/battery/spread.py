"""How far the cells of one pack lie apart."""

from dataclasses import dataclass
from typing import Final

from bmshil.battery.cell import open_circuit_voltage
from bmshil.errors import BankError


@dataclass(frozen=True, slots=True)
class CellSpread:
    """How far the highest and the lowest cell lie from the mean cell.

    A difference in voltage shows everywhere. A difference in SOC hardly shows on the plateau and shows
    strongly in the knee, as in a pack whose cells have drifted apart. The default is a healthy pack: 5 mV to
    either side.
    """

    voltage: float = 0.005
    """V to either side, >= 0."""
    soc: float = 0.0
    """SOC to either side, as a fraction, >= 0."""

    def __post_init__(self) -> None:
        """Refuse a spread that would put the highest cell under the lowest."""
        if not (self.voltage >= 0 and self.soc >= 0):
            raise BankError(f"cell spread {self.voltage} V, {self.soc} of SOC: give values of at least 0")

    def above(self, soc: float) -> float:
        """Return how far the highest cell lies above the mean cell, V.

        Args:
            soc: of the mean cell, 0..1.
        """
        return self.voltage + open_circuit_voltage(soc + self.soc) - open_circuit_voltage(soc)

    def below(self, soc: float) -> float:
        """Return how far the lowest cell lies below the mean cell, V.

        Args:
            soc: of the mean cell, 0..1.
        """
        return self.voltage + open_circuit_voltage(soc) - open_circuit_voltage(soc - self.soc)


DEFAULT_SPREAD: Final = CellSpread()
