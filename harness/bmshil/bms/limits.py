"""How a node decides what its pack may be given and what may be taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bmshil.battery import Module
    from bmshil.bms.settings import NodeSettings

FULL = 0.99
"""SOC from which a full pack takes only a trickle: 0.1 C in captures at 99 and 100 %, never 0."""

TRICKLE = 0.1
"""Charge current of a full pack, C."""


class Limits(NamedTuple):
    """What a pack may be given and what may be taken from it.

    Attributes:
        cvl: highest charge voltage, V.
        ccl: highest charge current, A, >= 0.
        dcl: highest discharge current, A, >= 0.
        dvl: voltage at which discharging ends, V.
    """

    cvl: float
    ccl: float
    dcl: float
    dvl: float


def decide_limits(
    module: Module,
    settings: NodeSettings,
    *,
    soc: float,
    temperature: float,
    cell_max: float,
    cell_min: float,
) -> Limits:
    """Decide the limits of one pack from what it measures.

    The module's own values hold in comfort, or those of the settings where they are lower. Charging tapers
    with the highest cell, discharging with the lowest, both with temperature; where several tapers apply the
    lowest fraction wins. A full pack gets 0.1 C.

    Args:
        module: gives the values that hold in comfort.
        settings: gives the tapers and their switches.
        soc: 0..1.
        temperature: degC.
        cell_max: highest cell, V.
        cell_min: lowest cell, V.
    """
    charge = discharge = 1.0
    if settings.taper_by_cell:
        charge = settings.charge_by_cell(cell_max)
        discharge = settings.discharge_by_cell(cell_min)
    if settings.taper_by_temperature:
        charge = min(charge, settings.charge_by_temperature(temperature))
        discharge = min(discharge, settings.discharge_by_temperature(temperature))
    ccl = min(module.charge_current, settings.most_charge) * charge
    dcl = min(module.discharge_current, settings.most_discharge) * discharge
    if settings.taper_when_full and soc >= FULL:
        ccl = min(ccl, TRICKLE * module.capacity)
    return Limits(module.cvl, ccl, dcl, module.dvl)
