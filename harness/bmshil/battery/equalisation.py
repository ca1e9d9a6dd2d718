"""What flows between packs when one is joined to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bmshil.battery.sharing import current_shares

if TYPE_CHECKING:
    from bmshil.battery.bank import Bank


def equalisation_current(bank: Bank, number: int) -> float:
    """Work out the current into a pack at the moment its contactor would close, without any other current.

    Args:
        bank: with the packs that are connected already.
        number: of the pack, 1..n.

    Returns:
        A, positive into the pack; 0 when no other pack is connected.

    Raises:
        BankError: no pack has this number.

    Source: Kirchhoff; two packs of 20 mohm that are 1.5 V apart exchange 37.5 A. A field article on wiring
        Pylontech modules in parallel names 40 to 60 A for 1.5 V, and more than 100 A for 5 V.
    """
    newcomer = bank[number]
    together = [newcomer, *(pack for pack in bank if pack.connected and pack is not newcomer)]
    resistance = np.array([pack.resistance for pack in together])
    emf = np.array([pack.emf for pack in together])
    return float(current_shares(resistance, emf, 0.0)[0])
