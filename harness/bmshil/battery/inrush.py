"""What flows when a battery is joined to the capacitors of an inverter without a pre-charge."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bmshil.errors import InputError


@dataclass(frozen=True, slots=True)
class Inrush:
    """A capacitor that is charged through a resistance: peak, duration and charge follow from V, R and C.

    There is nothing else to choose: the current is ``peak * exp(-t / time_constant)``. Inductance, a few
    microhenries in metres of cable, would lower the peak and is left out: this is the worst case.

    Attributes:
        difference: voltage of the battery over that of the capacitor, V; negative when current flows into
            the battery.
        resistance: of battery, cable and contacts together, ohm.
        capacitance: of the inverter's input, F.

    Raises:
        InputError: a resistance or capacitance that is not above 0, or a value that is not finite.

    Source: 48 mF are the input of an SMA Sunny Island (SMA FSS-ConnectingBat-TI-en-10): 53 V over 12 mohm
        give 4417 A, 0.576 ms and 2.5 C.
    """

    difference: float
    resistance: float
    capacitance: float

    def __post_init__(self) -> None:
        """Refuse what physics cannot solve."""
        if not math.isfinite(self.difference):
            raise InputError(f"inrush: a difference of {self.difference} V: give a finite voltage")
        for name, unit in (("resistance", "ohm"), ("capacitance", "F")):
            if not 0 < (value := getattr(self, name)) < math.inf:
                raise InputError(f"inrush: a {name} of {value} {unit}: give a finite value above 0")

    @property
    def peak(self) -> float:
        """Current at the first moment, A, without its direction."""
        return abs(self.difference) / self.resistance

    @property
    def time_constant(self) -> float:
        """Time in which the current falls to 37 %, s."""
        return self.resistance * self.capacitance

    @property
    def charge(self) -> float:
        """All that flows, C: the resistance plays no part in it."""
        return abs(self.difference) * self.capacitance

    def current(self, after: float) -> float:
        """Current ``after`` so many seconds, A, without its direction."""
        return self.peak * math.exp(-after / self.time_constant)

    def above(self, amperes: float, share: float = 1.0) -> float:
        """How long a share of the current is above a threshold, s.

        Args:
            amperes: the threshold, A, above 0.
            share: of one pack in the current of the bank, 0..1.
        """
        peak = share * self.peak
        return self.time_constant * math.log(peak / amperes) if peak > amperes else 0.0
