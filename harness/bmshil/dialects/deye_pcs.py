"""Deye PCS V3.3: which signal stands for what in a report.

Source: Deye PCS CAN-Bus-protocol-DY-low-voltage V3.3 (translated, Psynosaur/esphome-deye-bms); byte widths of
0x364 and an answer of 0x363 from Sleeper85/esphome-yambms. 0x351 limits off grid, 0x371 on grid. Current is
positive while DISCHARGING. 0x359 is a table of its own.

Beside the set that speaks for the bank each pack has messages at base + (address - 1), in :data:`PER_PACK`:
common messages keep their identifiers, whatever the number of packs, and only these move. What a report does
not know is said so that it harms nobody: no fault counted, no cell balanced, no sub-state, as many kWh as
full cycles make; the switches are as warm as the warmest cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.fields import Bit, Constant, Count, Number, Piece
from bmshil.dialects.pylontech_lv import LIMITS, REQUESTS, STATE_OF_CHARGE
from bmshil.dialects.report import Alarm
from bmshil.dialects.stand_ins import COLDEST, INSTALLED, WARMEST, Computed, OrElse, text

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    *("Precharge", "Reversed", "ConnectorHighTemperature", "TerminalHighTemperature", "Fuse"),
    *("VoltageWireOpen", "TemperatureWireOpen", "ChargeVoltageTooLow"),
)
SILENT_ALARMS = ("HeaterSwitchAdhesion", "HeaterError")

EXTREMES: dict[str, Piece] = {
    "CellVoltageMax": Number("cell_max"),
    "CellVoltageMin": Number("cell_min"),
    "TemperatureMax": WARMEST,
    "TemperatureMin": COLDEST,
}
DISCHARGE_POSITIVE = Number("current", -1.0)

FAULTS: dict[str, Piece] = {
    **{f"Protection{name}": Bit("protections", condition) for name, condition in SHARED.items()},
    **{f"Alarm{name}": Bit("alarms", condition) for name, condition in SHARED.items()},
    "ProtectionInternalCommunication": Bit("protections", Alarm.INTERNAL),
    **{f"{half}{name}": Constant(0) for half in ("Protection", "Alarm") for name in SILENT_SHARED},
    **{f"Protection{name}": Constant(0) for name in SILENT_PROTECTIONS},
    **{f"Alarm{name}": Constant(0) for name in SILENT_ALARMS},
}
SOFTWARE = Constant(0x0820)
_ENERGY = Computed("source.cycles * source.capacity * source.voltage / 1000")  # kWh

PER_PACK: dict[int, Mapping[str, Piece]] = {
    0x110: {
        **{f"Pack{name}": piece for name, piece in FAULTS.items()},
        "PackParallelFinished": Constant(1),
        "PackChargeSwitchClosed": Computed("source.charge_enabled"),
        "PackDischargeSwitchClosed": Computed("source.discharge_enabled"),
        "PackPrechargeSwitchClosed": Constant(0),
        "PackHeatSwitchClosed": Constant(0),
    },
    0x150: {
        "PackVoltage": Number("voltage"),
        "PackCurrent": DISCHARGE_POSITIVE,
        "PackSOC": Number("soc", 100.0),
        "PackSOH": Number("soh", 100.0),
    },
    0x200: {f"Pack{name}": piece for name, piece in EXTREMES.items()},
    0x250: {
        "PackSwitchTemperature": Computed(WARMEST.expression()),
        "PackHeaterTemperature": Computed("source.temperature"),
        "PackChargeCurrentMax": Computed("max(source.ccl, 0) // 1"),
        "PackDischargeCurrentMax": Computed("max(source.dcl, 0) // 1"),
    },
    0x400: {
        "PackMode": Computed("1 if source.current > 0 else 2 if source.current < 0 else 0"),
        "PackFaultLevel": Computed("2 if source.protections._value_ else 1 if source.alarms._value_ else 0"),
        "PackCycles": Count("cycles"),
        "PackBalancing": Constant(0),
        "PackSubState": Constant(0),
    },
    0x500: {
        "PackSoftwareVersion": SOFTWARE,
        "PackMark": Constant(0xAA),
        **text("1.0", 5, name="PackBootCharacter"),
    },
    0x550: {"PackEnergyCharged": _ENERGY, "PackEnergyDischarged": _ENERGY},
    0x600: text("BMSHIL00", name="PackCharacter"),
    0x650: text("00000000", first=9, name="PackCharacter"),
    0x700: dict.fromkeys(
        (
            "PackOverchargeCount",
            "PackOverdischargeCount",
            "PackShortCircuitCount",
            "PackSwitchOverTemperatureCount",
        ),
        Constant(0),
    ),
    0x750: dict.fromkeys(
        (
            "PackChargeOverCurrentCount",
            "PackDischargeOverCurrentCount",
            "PackChargeOverTemperatureCount",
            "PackDischargeOverTemperatureCount",
        ),
        Constant(0),
    ),
}
"""What each pack says of itself, by the identifier for address 1."""
_NAMES = {
    0x110: "PackFaults",
    0x150: "PackMeasurements",
    0x200: "PackExtremes",
    0x250: "PackTemperatures",
    0x400: "PackState",
    0x500: "PackVersion",
    0x550: "PackEnergy",
    0x600: "PackSerialNumber1",
    0x650: "PackSerialNumber2",
    0x700: "PackFaultCounts1",
    0x750: "PackFaultCounts2",
}

DEYE_PCS_3_3: dict[str, Mapping[str, Piece]] = {
    "Protections": FAULTS,
    "Limits": LIMITS,
    "StateOfCharge": STATE_OF_CHARGE,
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": DISCHARGE_POSITIVE,
        "Temperature": Number("temperature"),
    },
    "Extremes": EXTREMES,
    "Versions": {"SoftwareVersion": SOFTWARE, "HardwareVersion": Constant(0x0221)},
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
    **{_NAMES[base_id]: meaning for base_id, meaning in PER_PACK.items()},
}
