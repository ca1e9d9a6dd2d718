"""Pylontech LV, versions 1.2 and 1.3: which signal stands for what in a report.

Sources: Pylontech CANBUS Protocol V1.2 2018-04-08; captures of US2000, US3000 and of two generations of
US5000 by Setfire Labs. No vendor document of version 1.3 is known; its alarm items are those of SMA
FSS-ConnectingBat-TI-en-10, where an alarm means that the battery has acted. So protections go to the alarm
half of 0x35A and alarms to the warning half. As in the capture of a healthy US5000, an item that was never
raised is 0 (not signalled), not 2 (cleared).
"""

from __future__ import annotations

from bmshil.dialects.fields import Bit, Constant, Count, Finer, Letter, Number, Pair, Piece, Switch
from bmshil.dialects.report import Alarm

LIMITS: dict[str, Piece] = {
    "ChargeVoltageLimit": Number("cvl"),
    "ChargeCurrentLimit": Number("ccl"),
    "DischargeCurrentLimit": Number("dcl"),
    "DischargeVoltageLimit": Number("dvl"),
}
STATE_OF_CHARGE: dict[str, Piece] = {"SOC": Number("soc", 100.0), "SOH": Number("soh", 100.0)}
MEASUREMENTS: dict[str, Piece] = {
    "Voltage": Number("voltage"),
    "Current": Number("current"),
    "Temperature": Number("temperature"),
}
MANUFACTURER: dict[str, Piece] = {
    f"Character{index + 1}": Letter("manufacturer", index) for index in range(8)
}

PROTECTIONS: dict[str, Piece] = {
    "ProtectionHighVoltage": Bit("protections", Alarm.CELL_HIGH_VOLTAGE),
    "ProtectionLowVoltage": Bit("protections", Alarm.CELL_LOW_VOLTAGE),
    "ProtectionHighTemperature": Bit("protections", Alarm.HIGH_TEMPERATURE),
    "ProtectionLowTemperature": Bit("protections", Alarm.LOW_TEMPERATURE),
    "ProtectionDischargeCurrent": Bit("protections", Alarm.DISCHARGE_OVERCURRENT),
    "ProtectionChargeCurrent": Bit("protections", Alarm.CHARGE_OVERCURRENT),
    "ProtectionSystemError": Bit("protections", Alarm.INTERNAL),
    "AlarmHighVoltage": Bit("alarms", Alarm.CELL_HIGH_VOLTAGE),
    "AlarmLowVoltage": Bit("alarms", Alarm.CELL_LOW_VOLTAGE),
    "AlarmHighTemperature": Bit("alarms", Alarm.HIGH_TEMPERATURE),
    "AlarmLowTemperature": Bit("alarms", Alarm.LOW_TEMPERATURE),
    "AlarmDischargeCurrent": Bit("alarms", Alarm.DISCHARGE_OVERCURRENT),
    "AlarmChargeCurrent": Bit("alarms", Alarm.CHARGE_OVERCURRENT),
    "AlarmCommunicationFail": Bit("alarms", Alarm.INTERNAL),
    "ModuleCount": Count("modules"),
    "MarkP": Constant(0x50),
    "MarkN": Constant(0x4E),
}
REQUESTS: dict[str, Piece] = {
    "ChargeEnable": Switch("charge_enabled"),
    "DischargeEnable": Switch("discharge_enabled"),
    "ForceCharge1": Switch("force_charge_1"),
    "ForceCharge2": Switch("force_charge_2"),
    "FullCharge": Switch("full_charge"),
}

ALARM_ITEMS = {
    "HighVoltage": Alarm.CELL_HIGH_VOLTAGE,
    "LowVoltage": Alarm.CELL_LOW_VOLTAGE,
    "HighTemperature": Alarm.HIGH_TEMPERATURE,
    "LowTemperature": Alarm.LOW_TEMPERATURE,
    "HighDischargeCurrent": Alarm.DISCHARGE_OVERCURRENT,
    "HighChargeCurrent": Alarm.CHARGE_OVERCURRENT,
    "BmsInternal": Alarm.INTERNAL,
}
# A report does not know these conditions: they stay "not signalled".
SILENT_ITEMS = (
    "General",
    "HighTemperatureCharging",
    "LowTemperatureCharging",
    "Contactor",
    "ShortCircuit",
    "CellImbalance",
)
ALARMS: dict[str, Piece] = {
    **{f"Alarm{item}": Pair("protections", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"Warning{item}": Pair("alarms", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"{half}{item}": Constant(0) for half in ("Alarm", "Warning") for item in SILENT_ITEMS},
}
IDENTITY: dict[str, Piece] = {
    "ChemistryL": Constant(0x4C),
    "ChemistryI": Constant(0x49),
    "VersionMajor": Constant(1),
    "VersionMinor": Constant(3),
    "Capacity": Number("capacity"),
    "ManufacturerId": Constant(0xAA),
}

PYLONTECH_LV_1_2: dict[str, dict[str, Piece]] = {
    "Limits": LIMITS,
    "StateOfCharge": STATE_OF_CHARGE,
    "Measurements": MEASUREMENTS,
    "Protections": PROTECTIONS,
    "Requests": REQUESTS,
    "Manufacturer": MANUFACTURER,
}
PYLONTECH_LV_1_3: dict[str, dict[str, Piece]] = {
    "Limits": LIMITS,
    "StateOfCharge": {**STATE_OF_CHARGE, "SOCHighResolution": Finer("soc")},
    "Measurements": MEASUREMENTS,
    "Alarms": ALARMS,
    "Manufacturer": MANUFACTURER,
    "Identity": IDENTITY,
}
