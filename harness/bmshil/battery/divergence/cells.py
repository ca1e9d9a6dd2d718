"""The cells within the packs: their curve on arrays, the highest one, and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bmshil.battery.cell import open_circuit_voltage

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The curve is straight between these points and beyond both ends.
_SOC: Final = np.array([-1.0, *(step / 1000 for step in range(1001)), 2.0])
_VOLTS: Final = np.array([open_circuit_voltage(one) for one in _SOC.tolist()])


def cell_voltages(soc: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return open-circuit voltages, V per cell, for states of charge of any shape, -1..2."""
    volts: NDArray[np.float64] = np.interp(soc, _SOC, _VOLTS)
    return volts


def asked_cvl(cell_max: float, cvl: float, cells: int) -> float:
    """Return the CVL that a BMS asks for, V: its own, lowered by what its highest cell has too much.

    Args:
        cell_max: voltage of the highest cell, V.
        cvl: of the module, V.
        cells: in series.

    Source: field article on multi-battery CAN systems: 56.0 V become 55.2 V "because one cell reached
        3.55 V", which is 50 mV over 3.50 V, times 16 cells.
    """
    return cvl - cells * max(0.0, cell_max - cvl / cells)
