"""What a node says, in physical units: the report, before any byte is chosen."""

from dataclasses import dataclass
from enum import Flag, auto
from typing import TypedDict


class Alarm(Flag):
    """The conditions that a battery signals, as protections (it has acted) and as alarms (it warns).

    Source: the bits of 0x359 in Pylontech CANBUS Protocol V1.2 2018-04-08.
    """

    CELL_HIGH_VOLTAGE = auto()
    CELL_LOW_VOLTAGE = auto()
    HIGH_TEMPERATURE = auto()
    LOW_TEMPERATURE = auto()
    CHARGE_OVERCURRENT = auto()
    DISCHARGE_OVERCURRENT = auto()
    INTERNAL = auto()  # system error as a protection, internal communication fail as an alarm


NO_ALARM = Alarm(0)


@dataclass(slots=True)
class Report:
    """What a node says.

    Attributes:
        cvl: charge voltage limit, V.
        ccl: charge current limit, A, positive.
        dcl: discharge current limit, A, positive.
        dvl: discharge voltage limit, V.
        soc: state of charge, 0..1.
        soh: state of health, 0..1.
        voltage: V.
        current: A, positive into the battery.
        temperature: degC.
        cell_max: highest cell voltage, V.
        cell_min: lowest cell voltage, V.
        charge_enabled: the battery permits charging.
        discharge_enabled: the battery permits discharging.
        force_charge_1: asks for a charge from the grid; for inverters that can wake a battery.
        force_charge_2: asks for a charge from the grid; for inverters that cannot.
        full_charge: asks for a full charge.
        protections: conditions on which the battery has acted.
        alarms: conditions of which the battery warns.
        modules: number of modules for which this node speaks.
        capacity: Ah.
        manufacturer: at most 8 ASCII characters.
        cleared: conditions that were raised and have gone away. Dialects that say so (Pylontech LV 1.3)
            send "cleared" for them, unless they are raised again; the others ignore this field.
        temperature_max, temperature_min: warmest and coldest cell, degC; None where only ``temperature`` is
            known.
        remaining: Ah that can still be taken out; None for SOC times capacity.
        installed: Ah of all modules, those that are away included; None for ``capacity``.
        cycles: full cycles.
        blocking_charge, blocking_discharge: modules that permit no charging, no discharging.
        offline: modules that do not answer.
        on_grid_ccl, on_grid_dcl: limits while the grid is there, A, for dialects that tell them apart; None
            for ``ccl`` and ``dcl``.
    """

    cvl: float
    ccl: float
    dcl: float
    dvl: float
    soc: float
    soh: float
    voltage: float
    current: float
    temperature: float
    cell_max: float
    cell_min: float
    charge_enabled: bool = True
    discharge_enabled: bool = True
    force_charge_1: bool = False
    force_charge_2: bool = False
    full_charge: bool = False
    protections: Alarm = NO_ALARM
    alarms: Alarm = NO_ALARM
    modules: int = 1
    capacity: float = 100.0
    manufacturer: str = "PYLON"
    cleared: Alarm = NO_ALARM
    temperature_max: float | None = None
    temperature_min: float | None = None
    remaining: float | None = None
    installed: float | None = None
    cycles: int = 0
    blocking_charge: int = 0
    blocking_discharge: int = 0
    offline: int = 0
    on_grid_ccl: float | None = None
    on_grid_dcl: float | None = None


class PartialReport(TypedDict, total=False):
    """The fields of a report that some frames carry. What no frame carries is absent, never zero."""

    cvl: float
    ccl: float
    dcl: float
    dvl: float
    soc: float
    soh: float
    voltage: float
    current: float
    temperature: float
    cell_max: float
    cell_min: float
    charge_enabled: bool
    discharge_enabled: bool
    force_charge_1: bool
    force_charge_2: bool
    full_charge: bool
    protections: Alarm
    alarms: Alarm
    modules: int
    capacity: float
    manufacturer: str
    cleared: Alarm
    temperature_max: float
    temperature_min: float
    remaining: float
    installed: float
    cycles: int
    blocking_charge: int
    blocking_discharge: int
    offline: int
    on_grid_ccl: float
    on_grid_dcl: float
