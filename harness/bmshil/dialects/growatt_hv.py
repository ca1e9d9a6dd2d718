"""Growatt high voltage (ARK): which signal stands for what in a report, and what makes the battery begin.

Source: dalathegreat/Battery-Emulator, GROWATT-HV-CAN, which follows a Growatt document V1.10 of 2023 and
says of itself that nobody has tried it on an inverter; ai-republic/bms-to-inverter 85 (a capture of an SPH
with an ARK battery). Big-endian, 29 bits. The battery begins once it hears 0x3010. What neither explains is
sent as zeros and stays raw: above all the faults and warnings in 0x3120, so that no alarm is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.asking import Ask
from bmshil.dialects.derived import CELLS, AtMost, Forbidden, remaining
from bmshil.dialects.fields import Constant, Count, Number, Piece
from bmshil.dialects.stand_ins import COLDEST, WARMEST, Computed

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 655.35  # 16 bits of 10 mAh
_MAKER = {"Maker1": Constant(ord("B")), "Maker2": Constant(ord("H"))}


def _raw(*names: str) -> dict[str, Piece]:
    return dict.fromkeys(names, Constant(0))


GROWATT_HV: Mapping[str, Mapping[str, Piece]] = {
    "Limits": {
        "ChargeVoltageLimit": Number("cvl"),
        "ChargeCurrentLimit": Number("ccl"),
        "DischargeCurrentLimit": Number("dcl"),
        "IsolationDetected": Constant(1),
        "BatteryNormal": Constant(1),
        "ChargeForbidden": Forbidden("charge_enabled", 1),
        "DischargeForbidden": Forbidden("discharge_enabled", 1),
        "Mode": Computed("2 if source.current > 0 else 3 if source.current < 0 else 1"),
        **_raw("Raw1", "Raw2", "Raw3", "Raw4"),
    },
    "Protections": _raw("Faults", "Warnings"),
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": Number("current"),
        "Temperature": WARMEST,
        "SOC": Number("soc", 100.0),
        "SOHFlag": Constant(0),
        "SOH": Number("soh", 100.0),
    },
    "Capacity": {
        "Remaining": remaining(_LARGEST),
        "Full": AtMost("capacity", _LARGEST),
        **_MAKER,
        "Cycles": Count("cycles"),
    },
    "Stack": {
        "DischargeVoltageLimit": Number("dvl"),
        "ControlTemperature": Computed("source.temperature"),
        "CellCount": CELLS,
        "ModuleCount": Constant(1),
    },
    "VoltagePlaces": {
        **_raw("FaultFlags", "MoreFaultFlags"),
        "CellMaxModule": Constant(1),
        "CellMaxNumber": Constant(1),
        "CellMinModule": Constant(1),
        "CellMinNumber": Constant(2),
        "TemperatureMin": COLDEST,
    },
    "TemperaturePlaces": {
        "HottestModule": Constant(1),
        "HottestNumber": Constant(1),
        "ColdestModule": Constant(1),
        "ColdestNumber": Constant(2),
        **_raw("ActualCapacity", "Correction", "BalancingTime", "Balancing"),
    },
    "Packs": {**_MAKER, "PacksInParallel": Count("modules"), "CellCount": CELLS, **_raw("PackNumber")},
    "Extremes": {
        "CellMax": Number("cell_max"),
        "CellMin": Number("cell_min"),
        **_raw("Status", "Raw1", "FaultyPack", "FaultyModule"),
    },
    "Identity": {
        **_MAKER,
        "HardwareVersion": Constant(1),
        "CellChargeCutoff": Computed("3.65"),
        **_raw("Raw1", "CirculatingCurrent"),
    },
    "Upgrade": _raw("Raw1", "Raw2"),
    "Derating": {
        "RatedEnergy": Computed("source.capacity * source.voltage / 1000"),
        **_raw("Derating", "SystemFaults", "ForceMark", "Subversion"),
    },
    "SerialNumber": _raw("Part", "Raw1", "Raw2"),
    "Energy": {
        "DischargedPack": Constant(1),
        "ChargedPack": Constant(1),
        **_raw("EnergyDischarged", "EnergyCharged"),
    },
    **dict.fromkeys(
        ("FaultHistory", "Debug1", "Debug2", "Product", "Series", "InternalAlarms"), _raw("Raw1", "Raw2")
    ),
}

GROWATT_HV_ASKS = (Ask(0x3010, then="begin"),)
