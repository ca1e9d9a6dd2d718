"""Deye PCS V3.3: which signal stands for what in a report.

Source: Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3 (translated, Psynosaur/esphome-deye-bms); byte widths of
0x364 and an answer of 0x363 from Sleeper85/esphome-yambms. 0x351 limits off grid, 0x371 on grid. Current is
positive while DISCHARGING. 0x359 is a table of its own.

Beside the set that speaks for the bank each pack has messages at base + (address - 1): here 0x150 and 0x200,
whose layouts the document gives in full. They are ``Known.per_pack``: common messages keep their
identifiers, whatever the number of packs, and only these move.
"""

from __future__ import annotations

from bmshil.dialects.fields import Bit, Constant, Count, Number, Piece
from bmshil.dialects.pylontech_lv import LIMITS, REQUESTS, STATE_OF_CHARGE
from bmshil.dialects.report import Alarm
from bmshil.dialects.stand_ins import COLDEST, INSTALLED, WARMEST, Computed, OrElse, text

SHARED = {
    "CellHighVoltage": Alarm.CELL_HIGH_VOLTAGE,
    "CellLowVoltage": Alarm.CELL_LOW_VOLTAGE,
    "ChargeCurrent": Alarm.CHARGE_OVERCURRENT,
    "DischargeCurrent": Alarm.DISCHARGE_OVERCURRENT,
    "HighTemperatureCharging": Alarm.HIGH_TEMPERATURE,
    "LowTemperatureCharging": Alarm.LOW_TEMPERATURE,
    "HighTemperatureDischarging": Alarm.HIGH_TEMPERATURE,
    "LowTemperatureDischarging": Alarm.LOW_TEMPERATURE,
}
SILENT_SHARED = (
    "ModuleHighVoltage",
    "ModuleLowVoltage",
    "VoltageDifference",
    "TemperatureDifference",
    "SwitchHighTemperature",
    "HeaterHighTemperature",
)
SILENT_PROTECTIONS = (
    *("DischargeCurrentStage1", "DischargeCurrentStage2"),
    *("FrontEndLowVoltage", "FrontEndHighVoltage", "FrontEndDischargeCurrent", "FrontEndChargeCurrent"),
    *("FrontEndShortCircuit", "FrontEndLowTemperature", "FrontEndHighTemperature", "FrontEndShortLatch"),
    *("FrontEndCommunication", "CellSampling", "TemperatureSampling", "SwitchShort", "Memory"),
    *("InverterCommunication", "MasterAddressTwice"),
    *("Precharge", "Reversed", "ConnectorHighTemperature", "Fuse", "OpenWire", "ChargeVoltageTooLow"),
)
SILENT_ALARMS = ("HeaterSwitchAdhesion", "HeaterError")

EXTREMES: dict[str, Piece] = {
    "CellVoltageMax": Number("cell_max"),
    "CellVoltageMin": Number("cell_min"),
    "TemperatureMax": WARMEST,
    "TemperatureMin": COLDEST,
}
DISCHARGE_POSITIVE = Number("current", -1.0)

DEYE_PCS_3_3: dict[str, dict[str, Piece]] = {
    "Protections": {
        **{f"Protection{name}": Bit("protections", condition) for name, condition in SHARED.items()},
        **{f"Alarm{name}": Bit("alarms", condition) for name, condition in SHARED.items()},
        "ProtectionInternalCommunication": Bit("protections", Alarm.INTERNAL),
        **{f"{half}{name}": Constant(0) for half in ("Protection", "Alarm") for name in SILENT_SHARED},
        **{f"Protection{name}": Constant(0) for name in SILENT_PROTECTIONS},
        **{f"Alarm{name}": Constant(0) for name in SILENT_ALARMS},
    },
    "Limits": LIMITS,
    "StateOfCharge": STATE_OF_CHARGE,
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": DISCHARGE_POSITIVE,
        "Temperature": Number("temperature"),
    },
    "Extremes": EXTREMES,
    "Versions": {"SoftwareVersion": Constant(0x0820), "HardwareVersion": Constant(0x0221)},
    "Modules": {
        "ModulesNormal": Count("modules"),
        "ModulesBlockingCharge": Count("blocking_charge"),
        "ModulesBlockingDischarge": Count("blocking_discharge"),
        "ModulesOffline": Count("offline"),
        "ModulesTotal": Computed("source.modules + source.offline"),
    },
    "LimitsOnGrid": {
        "ChargeCurrentLimitOnGrid": OrElse("on_grid_ccl", "source.ccl"),
        "DischargeCurrentLimitOnGrid": OrElse("on_grid_dcl", "source.dcl"),
    },
    "Requests": {**REQUESTS, "HeatRequest": Constant(0)},
    "Manufacturer": {**text("DY001", 5), "Maker": Constant(3), "Capacity": INSTALLED},
    "PackMeasurements": {
        "PackVoltage": Number("voltage"),
        "PackCurrent": DISCHARGE_POSITIVE,
        "PackSOC": Number("soc", 100.0),
        "PackSOH": Number("soh", 100.0),
    },
    "PackExtremes": {f"Pack{name}": piece for name, piece in EXTREMES.items()},
}
