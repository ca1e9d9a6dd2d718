"""The voltage that the device declares to charge to at a CVL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench


def declared_voltage(bench: Bench, cvl: float) -> float:
    """The voltage that the device declares to charge to when it is told a CVL.

    Whatever it declares, the safety floor asks for the CVL itself.

    Args:
        bench: knows the declaration.
        cvl: as the device is told, V.

    Returns:
        V: the CVL itself for a device that keeps strictly to it.
    """
    declares = bench.declares
    if declares.cvl_policy == "offset":
        return cvl + declares.cvl_value
    if declares.cvl_policy == "ceiling":
        return min(cvl, declares.cvl_value)
    return cvl
