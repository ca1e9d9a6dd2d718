"""Whether a pack fits a bank, before its contactor joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.battery import equalisation_current
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.battery import Bank, Pack

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Matching:
    """How far a pack may lie from the bank that it joins; both must hold.

    On the flat part of the curve of iron phosphate a difference in SOC hardly shows as a voltage, and
    shortly after a charge a difference in voltage need not be one in SOC. So neither stands for the other.

    Attributes:
        soc: largest difference of the states of charge, as a fraction.
        voltage: largest difference of pack and busbar, V.

    Raises:
        InputError: a negative difference.

    Source: field article on wiring Pylontech modules in parallel: within 2 %, and about 1 V.
    """

    soc: float = 0.02
    voltage: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what nothing could fit."""
        if not (self.soc >= 0 and self.voltage >= 0):
            raise InputError(
                f"matching: {self.soc} of SOC and {self.voltage} V: give differences of 0 or more"
            )

    def refusal(self, pack: Pack, bank: Bank) -> str | None:
        """Say why a pack must not join the bank now; None when it may.

        Args:
            pack: with its contactor open.
            bank: with the packs that are connected already. The first one fits a dead busbar.
        """
        others = [one for one in bank if one.connected and one is not pack]
        if not others:
            return None
        soc = sum(one.soc * one.capacity for one in others) / sum(one.capacity for one in others)
        apart, volts = abs(pack.soc - soc), abs(pack.voltage - bank.voltage)
        reasons = []
        if apart > self.soc + _SLACK:
            reasons.append(
                f"SOC {pack.soc:.1%}, bank {soc:.1%}: {apart:.1%} apart, {self.soc:.1%} are allowed"
            )
        if volts > self.voltage + _SLACK:
            reasons.append(
                f"{pack.voltage:.2f} V, bank {bank.voltage:.2f} V: {volts:.2f} V apart, "
                f"{self.voltage:g} V are allowed"
            )
        if not reasons:
            return None
        flow = equalisation_current(bank, pack.number)
        return f"{'; '.join(reasons)}; {abs(flow):.0f} A would flow {'into' if flow > 0 else 'out of'} it"
