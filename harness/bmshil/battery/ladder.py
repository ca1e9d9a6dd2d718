"""How packs share a current when cables lead from pack to pack instead of to a busbar.

A chain has two rails, positive and negative, of one cable from each pack to the next. Both rails carry what
the packs behind them take, so that a pack further from the inverter sees a lower voltage:

::

    one_end      + at pack 1, - at pack 1      the usual way: the far end gets least
    both_ends    + and - at pack 1 and pack n  two pairs of cables to the inverter: the middle gets least
    diagonal     + at pack 1, - at pack n      both ends get the same, the middle gets least
    busbar       equal cables from every pack  the packs' own resistances alone decide
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from bmshil.battery.sharing import checked_packs
from bmshil.errors import BankError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Connection = Literal["busbar", "one_end", "both_ends", "diagonal"]

CONNECTIONS: Final[tuple[str, ...]] = get_args(Connection)
"""The names of :attr:`Ladder.connection`."""

HOP: Final = 0.0004
"""One cable from a pack to the next with its two connectors, ohm: the middle of 0.3 to 0.5 mohm. 20 cm of
25 mm² are 0.15 mohm (0.72 mohm/m); the rest is contacts. An engineering figure, no maker publishes it."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """How the packs are joined to each other and to the inverter.

    Attributes:
        connection: where the inverter's cables are.
        hop: resistance of one cable of a rail between two packs, ohm, >= 0.

    Raises:
        BankError: an unknown connection, or a resistance below 0 or not finite.

    Source: field article on wiring Pylontech modules in parallel: daisy chain against busbar, and Victron,
        Wiring Unlimited: positive and negative from opposite ends.
    """

    connection: Connection = "busbar"
    hop: float = HOP

    def __post_init__(self) -> None:
        """Refuse what cannot be wired."""
        if self.connection not in CONNECTIONS:
            raise BankError(f"wiring {self.connection!r} is unknown; known are {', '.join(CONNECTIONS)}")
        if not (np.isfinite(self.hop) and self.hop >= 0):
            raise BankError(f"a cable between packs has {self.hop} ohm; give a finite value of at least 0")

    def rails(self, packs: int) -> NDArray[np.float64]:
        """Return what one ampere into one pack drops on the way to another.

        Args:
            packs: how many hang on it.

        Returns:
            Ohm, shape (packs, packs), symmetric: the voltage that is missing at the row's pack for each
            ampere into the column's pack. All 0 for a busbar, whose equal cables count as part of the packs.
        """
        place = np.arange(packs, dtype=np.float64)
        near, far = np.minimum.outer(place, place), np.maximum.outer(place, place)
        from_first, from_last = near, packs - 1 - far
        match self.connection:
            case "one_end":
                hops = 2 * from_first
            case "diagonal":
                hops = from_first + from_last
            case "both_ends":
                hops = 2 * from_first * from_last / max(packs - 1, 1)
            case _:
                hops = np.zeros((packs, packs))
        return self.hop * hops


def ladder_shares(
    resistance: NDArray[np.float64],
    emf: NDArray[np.float64],
    total: float,
    ladder: Ladder,
    *,
    connected: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Split a bank current over packs on a ladder of cables.

    Args:
        resistance: internal resistance of each pack, ohm, shape (packs,), all > 0; pack 1 first.
        emf: open-circuit voltage of each pack, V, shape (packs,).
        total: bank current, A, positive while charging.
        ladder: how they are joined.
        connected: whether the contactor of each pack is closed, shape (packs,); all closed when left out.
            The cables of a pack that is open still carry what goes to the others.

    Returns:
        Current of each pack, A, shape (packs,); sums to ``total``. A pack with an open contactor carries
        exactly 0.

    Raises:
        BankError: no pack is connected and ``total`` is not 0, a resistance is not above 0, or the shapes
            differ.

    Source: Kirchhoff; three packs of 20 mohm on cables of 0.4 mohm, connected at one end, share 300 A as
        106.4, 98.7 and 94.9 A.
    """
    resistance, emf, closed = checked_packs(resistance, emf, total, connected)
    shares = np.zeros(resistance.shape)
    if not closed.any():
        return shares
    conductance = admittance(resistance, ladder, closed)
    each = conductance.sum(axis=1)
    volts = (total + each @ emf) / each.sum()
    shares[closed] = (conductance @ (volts - emf))[closed]
    return shares


def admittance(
    resistance: NDArray[np.float64], ladder: Ladder, connected: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return what current a volt between the inverter's terminals and the emf of a pack drives.

    Args:
        resistance: of each pack, ohm, shape (packs,), all > 0.
        ladder: how they are joined.
        connected: shape (packs,).

    Returns:
        S, shape (packs, packs): currents are this matrix times (voltage at the inverter - emf). Rows and
        columns of packs that are open are 0.
    """
    packs = len(resistance)
    inside = np.ix_(connected, connected)
    found = np.zeros((packs, packs))
    found[inside] = np.linalg.inv((ladder.rails(packs) + np.diag(resistance))[inside])
    return found
