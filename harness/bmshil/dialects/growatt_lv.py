"""Growatt low voltage: which signal stands for what in a report, and what the inverter asks.

Source: Growatt BMS CAN-Bus-protocol low voltage V1.04 (Chinese, with a machine translation): big-endian; the
inverter sends 0x301 each second. dalathegreat/Battery-Emulator answers each of them with the whole set back
to back and sends nothing otherwise. The payload of 0x301 is ambiguous in the document, so nobody checks it.
The sign of the current is not given there; positive while charging is assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.asking import Ask
from bmshil.dialects.derived import CELLS, AtMost, remaining
from bmshil.dialects.fields import Bit, Constant, Count, Number, Piece, Switch
from bmshil.dialects.report import Alarm
from bmshil.dialects.stand_ins import Computed

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 655.35  # 16 bits of 10 mAh

_CONDITIONS = {
    "DischargeCurrent": Alarm.DISCHARGE_OVERCURRENT,
    "ChargeCurrent": Alarm.CHARGE_OVERCURRENT,
    "CellHighVoltage": Alarm.CELL_HIGH_VOLTAGE,
    "CellLowVoltage": Alarm.CELL_LOW_VOLTAGE,
    # A report does not tell in which direction it is too hot or too cold: then it is in both.
    "HighTemperatureDischarging": Alarm.HIGH_TEMPERATURE,
    "HighTemperatureCharging": Alarm.HIGH_TEMPERATURE,
    "LowTemperatureDischarging": Alarm.LOW_TEMPERATURE,
    "LowTemperatureCharging": Alarm.LOW_TEMPERATURE,
    "SystemError": Alarm.INTERNAL,
}
_UNKNOWN = ("ShortCircuit", "ModuleHighVoltage", "ModuleLowVoltage", "SoftStart", "VoltageDifference")

GROWATT_LV: Mapping[str, Mapping[str, Piece]] = {
    "Limits": {
        "ChargeVoltageLimit": Number("cvl"),
        "ChargeCurrentLimit": Number("ccl"),
        "DischargeCurrentLimit": Number("dcl"),
        "SpStatus": Constant(0),
        "MasterBox": Computed("1 if source.modules > 1 else 0"),
        "TerminalOpen": Constant(0),
        "ChargeOutput": Computed("source.charge_enabled"),
        "DischargeOutput": Computed("source.discharge_enabled"),
        "Sleep": Constant(0),
        "Balancing": Constant(0),
        "ErrorValid": Computed("source.protections._value_ != 0"),
        "Mode": Computed("2 if source.current > 0 else 3 if source.current < 0 else 1"),
    },
    "Protections": {
        **{
            f"{half}{name}": Bit(field, condition)
            for half, field in (("Protection", "protections"), ("Alarm", "alarms"))
            for name, condition in _CONDITIONS.items()
        },
        **{f"{half}{name}": Constant(0) for half in ("Protection", "Alarm") for name in _UNKNOWN},
        "AlarmTurnOff": Constant(0),
        "AlarmInternalCommunication": Bit("alarms", Alarm.INTERNAL),
        "ModuleCount": Count("modules"),
        "Maker1": Constant(0xAA),
        "Maker2": Constant(0xBB),
        "CellCount": CELLS,
    },
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": Number("current"),
        "Temperature": Number("temperature"),
        "SOC": Number("soc", 100.0),
        "SOHFlag": Constant(0),
        "SOH": Number("soh", 100.0),
    },
    "Capacity": {
        "Remaining": remaining(_LARGEST),
        "Full": AtMost("capacity", _LARGEST),
        "CellDifference": Computed("(source.cell_max - source.cell_min) * 1000"),
        "Cycles": Count("cycles"),
    },
    "Requests": {
        "ChargeEnable": Switch("charge_enabled"),
        "DischargeEnable": Switch("discharge_enabled"),
        "ForceCharge1": Switch("force_charge_1"),
        "ForceCharge2": Switch("force_charge_2"),
        "Chemistry": Constant(0),
        "CellMax": Number("cell_max"),
        "CellMin": Number("cell_min"),
        "CellMaxNumber": Constant(1),
        "CellMinNumber": Constant(1),
        "FaultyPack": Constant(0),
    },
    "Identity": {
        "Character1": Constant(0xAA),
        "Character2": Constant(0xBB),
        "HardwareVersion": Constant(1),
        "SoftwareVersion": Constant(1),
        "Date": Constant(0),
    },
    "Upgrade": {"UpgradeStatus": Constant(0)},
}

GROWATT_LV_ASKS = (Ask(0x301, (0x311, 0x312, 0x313, 0x314, 0x319, 0x320, 0x321)),)
