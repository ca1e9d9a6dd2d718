"""When a node asks to be charged."""

from __future__ import annotations

from bmshil.bms.thresholds import Threshold
from bmshil.bms.watch import Watch

FORCE_CHARGE_1 = Threshold(0.05, 0.10)
"""SOC. For inverters that let the battery shut down and can wake it. Pylontech CANBUS Protocol V1.2
2018-04-08 gives 5 to 10 % (US2000B-Plus), read here as: set at 5 %, withdrawn at 10 %."""

FORCE_CHARGE_2 = Threshold(0.09, 0.13)
"""SOC. For inverters that do not let it shut down. Same source: 9 to 13 %."""

FULL_ENOUGH = 0.97
"""SOC that counts as a full charge. Same source."""

LONGEST_WITHOUT = 30 * 86_400.0
"""s without a full charge after which the node asks for one. Same source: 30 days."""


class Requests:
    """What a node asks for.

    Attributes:
        force_charge_1: charge from the grid, please.
        force_charge_2: likewise, for inverters of the other kind.
        full_charge: no full charge for 30 days.
    """

    __slots__ = ("_first", "_full_at", "_second", "force_charge_1", "force_charge_2", "full_charge")

    def __init__(self, now: float) -> None:
        self._first = Watch(FORCE_CHARGE_1)
        self._second = Watch(FORCE_CHARGE_2)
        self.reset(now)

    def reset(self, now: float) -> None:
        """Ask for nothing, and count the days from ``now``, s."""
        self._first.reset()
        self._second.reset()
        self._full_at = now
        self.force_charge_1 = self.force_charge_2 = self.full_charge = False

    def update(self, now: float, soc: float) -> None:
        """Look at one state of charge, 0..1, at ``now``, s."""
        self.force_charge_1 = self._first.update(soc, now)
        self.force_charge_2 = self._second.update(soc, now)
        if soc >= FULL_ENOUGH:
            self._full_at = now
        self.full_charge = now - self._full_at > LONGEST_WITHOUT
