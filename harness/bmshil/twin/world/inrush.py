"""What flows through a contact that joins two voltages."""

from math import log
from typing import NamedTuple


class Inrush(NamedTuple):
    """The current into the device's capacitor after a contact closed onto another voltage.

    It is over within a step of the world or two, so no sample shows it. Its exponential is known exactly.

    Attributes:
        difference: voltage across the contact just before, V.
        resistance: bank (the supply's output resistance) and cable, ohm.
        capacitance: of the device's input, F.
    """

    difference: float
    resistance: float
    capacitance: float

    @property
    def peak(self) -> float:
        """Current at the first moment, A."""
        return self.difference / self.resistance

    @property
    def time_constant(self) -> float:
        """Time in which it falls to 37 %, s."""
        return self.resistance * self.capacitance

    @property
    def charge(self) -> float:
        """All that flows, C."""
        return self.difference * self.capacitance

    def above(self, amperes: float) -> float:
        """How long it is above a threshold, s."""
        return self.time_constant * log(self.peak / amperes) if self.peak > amperes else 0.0
