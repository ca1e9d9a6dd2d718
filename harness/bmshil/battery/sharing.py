"""How packs in parallel share a current."""

import numpy as np
from numpy.typing import NDArray

from bmshil.errors import BankError


def current_shares(
    resistance: NDArray[np.float64],
    emf: NDArray[np.float64],
    total: float,
    *,
    connected: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Split a bank current over packs in parallel.

    Args:
        resistance: internal resistance of each pack, ohm, shape (packs,), all > 0.
        emf: open-circuit voltage of each pack, V, shape (packs,).
        total: bank current, A, positive while charging.
        connected: whether the contactor of each pack is closed, shape (packs,); all closed when left out.

    Returns:
        Current of each pack, A, shape (packs,); sums to ``total``. A pack with an open contactor carries
        exactly 0.

    Raises:
        BankError: no pack is connected and ``total`` is not 0, a resistance is not above 0, or the shapes
            differ.

    Source: Kirchhoff; 25/28/24 mOhm at 300 A give 102.2/91.3/106.5 A.
    """
    resistance, emf, closed = checked_packs(resistance, emf, total, connected)
    shares = np.zeros(resistance.shape)
    if not closed.any():
        return shares
    conductance = 1.0 / resistance[closed]
    bus = (total + conductance @ emf[closed]) / conductance.sum()
    shares[closed] = (bus - emf[closed]) * conductance
    return shares


def checked_packs(
    resistance: NDArray[np.float64],
    emf: NDArray[np.float64],
    total: float,
    connected: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return the arguments of :func:`current_shares` as arrays, once they make sense.

    Raises:
        BankError: as there.
    """
    resistance = np.asarray(resistance, dtype=np.float64)
    emf = np.asarray(emf, dtype=np.float64)
    closed = (
        np.ones(resistance.shape, dtype=np.bool_) if connected is None else np.asarray(connected, np.bool_)
    )
    if resistance.ndim != 1 or resistance.shape != emf.shape or resistance.shape != closed.shape:
        raise BankError(
            f"shapes differ: resistance {resistance.shape}, emf {emf.shape}, connected {closed.shape}; "
            "give one value per pack"
        )
    bad = np.flatnonzero(~(np.isfinite(resistance) & (resistance > 0)))
    if bad.size:
        raise BankError(
            f"pack {bad[0] + 1} has a resistance of {resistance[bad[0]]} ohm; it must be finite and above 0"
        )
    if total != 0 and not closed.any():
        raise BankError(f"no pack is connected, yet the bank carries {total} A; close a contactor first")
    return resistance, emf, closed
