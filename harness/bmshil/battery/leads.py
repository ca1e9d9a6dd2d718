"""Leads of different length between the packs and the bus, which share a current unevenly."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.errors import BankError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bmshil.battery.bank import Bank


def leads(bank: Bank, shares: Sequence[float]) -> list[float]:
    """Work out leads that let packs at one SOC share a settled current as wanted.

    Args:
        bank: its packs keep what resistance they have; the one with the largest share gets no lead.
        shares: of the bank current, shape (packs,), all > 0; any unit, 70 and 30 as well as 0.7 and 0.3.

    Returns:
        Resistance of the lead of each pack, there and back, ohm, shape (packs,), all >= 0.

    Raises:
        BankError: not one share above 0 per pack.

    Source: Kirchhoff: settled currents are as the conductances. For 70 and 30 a pack of 20 mohm and its RC
        of 10 mohm meet 70 mohm, 40 mohm of them in the lead of the second pack.
    """
    if len(shares) != len(bank) or not all(share > 0 for share in shares):
        raise BankError(f"shares {list(shares)} for {len(bank)} packs; give one above 0 for each")
    settled = [pack.resistance + pack.module.polarisation_resistance for pack in bank]
    drop = max(share * resistance for share, resistance in zip(shares, settled, strict=True))
    return [drop / share - resistance for share, resistance in zip(shares, settled, strict=True)]


@contextmanager
def uneven_leads(bank: Bank, shares: Sequence[float]) -> Iterator[None]:
    """Put such leads between packs and bus for a while. To be used on the timeline, or while it stands.

    The lead counts as part of the pack: what its BMS measures is the voltage at the bus. SOCs that move apart
    drive a current of their own, so that the sharing holds on the flat part of the curve and heals at its
    ends.

    Raises:
        BankError: not one share above 0 per pack.
    """
    kept = [pack.module for pack in bank]
    for pack, lead in zip(bank, leads(bank, shares), strict=True):
        module = pack.module
        # A lead keeps its resistance; that of a module is given at 25 degC and follows the temperature.
        cold = module.resistance / pack.resistance
        pack.module = replace(module, resistance=module.resistance + lead * cold)
        pack.temperature = pack.temperature  # the resistance is taken over with the temperature
    try:
        yield
    finally:
        for pack, module in zip(bank, kept, strict=True):
            pack.module = module
            pack.temperature = pack.temperature
