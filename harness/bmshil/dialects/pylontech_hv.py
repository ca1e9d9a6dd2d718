"""Pylontech HV: which signal stands for what in a report, and what the inverter asks.

Source: Pylontech CANBUS Protocol of High Voltage system V1.18 2019-05-30: 29 bits, identifier + address from
1 on (before V1.18 from 0 on), request and response.

Implementations disagree with the document, and inverters with each other, in three things. Each is an option,
chosen by the name of the dialect, so that a rig file or a profile says which:

* ``pylontech-hv``: the document. Least significant byte first, currents with an offset of 3000 A, the
  discharge limit positive (on which the document is silent; dalathegreat/Battery-Emulator with its offset).
* ``pylontech-hv-msb``: most significant byte first.
* ``pylontech-hv-no-offset``: currents as signed numbers.
* ``pylontech-hv-msb-no-offset``: both, as dalathegreat/Battery-Emulator sends by default.
* ``pylontech-hv-dcl-minus``: the discharge limit as a negative current (diyBMSv4ESP32, an option of
  Battery-Emulator).

The first address is chosen by the id scheme: ``+address`` from 1 on, ``+address0`` from 0 on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.asking import Ask, When
from bmshil.dialects.derived import CELLS, AtMost, Forbidden
from bmshil.dialects.fields import Bit, Constant, Count, Number, Piece, Switch
from bmshil.dialects.report import Alarm
from bmshil.dialects.stand_ins import COLDEST, WARMEST, Computed, text

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCEPTED = 0xAA
_CONDITIONS = {
    "CellLowVoltage": Alarm.CELL_LOW_VOLTAGE,
    "CellHighVoltage": Alarm.CELL_HIGH_VOLTAGE,
    # A report does not tell in which direction it is too hot or too cold: then it is in both.
    "LowTemperatureCharging": Alarm.LOW_TEMPERATURE,
    "HighTemperatureCharging": Alarm.HIGH_TEMPERATURE,
    "LowTemperatureDischarging": Alarm.LOW_TEMPERATURE,
    "HighTemperatureDischarging": Alarm.HIGH_TEMPERATURE,
    "ChargeCurrent": Alarm.CHARGE_OVERCURRENT,
    "DischargeCurrent": Alarm.DISCHARGE_OVERCURRENT,
}
_UNKNOWN = ("PileLowVoltage", "PileHighVoltage", "ModuleLowVoltage", "ModuleHighVoltage")
_FAULTS = (
    "VoltageSensor",
    "TemperatureSensor",
    "InputOverVoltage",
    "Reversed",
    "RelayCheck",
    "BatteryDamage",
    "Other",
)
_MORE_FAULTS = ("ShutdownCircuit", "Bmic", "InternalBus", "SelfTest", "SafetyFunction")
_MODULE = Computed("min(source.voltage, 65.535)")
"""A pack is one module; 16 bits of 1 mV end there."""


PYLONTECH_HV: Mapping[str, Mapping[str, Piece]] = {
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": Number("current"),
        "Temperature": Number("temperature"),
        "SOC": Number("soc", 100.0),
        "SOH": Number("soh", 100.0),
    },
    "Limits": {
        "ChargeVoltageLimit": Number("cvl"),
        "DischargeVoltageLimit": Number("dvl"),
        "ChargeCurrentLimit": Number("ccl"),
        "DischargeCurrentLimit": Number("dcl"),
    },
    "CellVoltages": {
        "CellMax": Number("cell_max"),
        "CellMin": Number("cell_min"),
        "CellMaxNumber": Constant(1),
        "CellMinNumber": Constant(1),
    },
    "CellTemperatures": {
        "CellHottest": WARMEST,
        "CellColdest": COLDEST,
        "CellHottestNumber": Constant(1),
        "CellColdestNumber": Constant(1),
    },
    "Status": {
        "BalanceCharge": Switch("full_charge"),
        "ForceCharge": Switch("force_charge_1"),
        "Mode": Computed("1 if source.current > 0 else 2 if source.current < 0 else 3"),
        "Cycles": Count("cycles"),
        "FaultInternalCommunication": Bit("protections", Alarm.INTERNAL),
        **{f"Fault{name}": Constant(0) for name in _FAULTS},
        **{
            f"{half}{name}": Bit(field, condition)
            for half, field in (("Alarm", "alarms"), ("Protection", "protections"))
            for name, condition in _CONDITIONS.items()
        },
        **{f"{half}{name}": Constant(0) for half in ("Alarm", "Protection") for name in _UNKNOWN},
    },
    "ModuleVoltages": {
        "ModuleMax": _MODULE,
        "ModuleMin": _MODULE,
        "ModuleMaxNumber": Constant(1),
        "ModuleMinNumber": Constant(1),
    },
    "ModuleTemperatures": {
        "ModuleHottest": WARMEST,
        "ModuleColdest": COLDEST,
        "ModuleHottestNumber": Constant(1),
        "ModuleColdestNumber": Constant(1),
    },
    "Forbidden": {
        "ChargeForbidden": Forbidden("charge_enabled"),
        "DischargeForbidden": Forbidden("discharge_enabled"),
    },
    "Faults": {f"Fault{name}": Constant(0) for name in _MORE_FAULTS},
    "Versions": {
        "HardwareBoard": Constant(1),
        "HardwareMajor": Constant(2),
        "HardwareMinor": Constant(1),
        "SoftwareMajor": Constant(1),
        "SoftwareMinor": Constant(2),
        "SoftwareDevelopment": Constant(0),
    },
    "Equipment": {
        "CellCount": CELLS,
        "ModulesInSeries": Constant(1),
        "CellsPerModule": CELLS,
        "VoltageLevel": Computed("round(source.voltage)"),
        "Capacity": AtMost("capacity", 65535.0),
    },
    "Manufacturer": text("PYLONTEC"),
    "ManufacturerRest": text("H"),
    "MaskReply": {"Accepted": Constant(_ACCEPTED)},
}

DCL_MINUS: Mapping[str, Mapping[str, Piece]] = {
    **PYLONTECH_HV,
    "Limits": {**PYLONTECH_HV["Limits"], "DischargeCurrentLimit": Number("dcl", -1.0)},
}

ENSEMBLE = (0x4210, 0x4220, 0x4230, 0x4240, 0x4250, 0x4260, 0x4270, 0x4280, 0x4290)
EQUIPMENT = (0x7310, 0x7320, 0x7330, 0x7340)

PYLONTECH_HV_ASKS = (
    Ask(0x4200, ENSEMBLE, When(0, 0xFF, 0)),
    Ask(0x4200, EQUIPMENT, When(0, 0xFF, 2)),
    Ask(0x8200, when=When(0, 0xFF, 0x55), addressed=True, then="sleep"),
    Ask(0x8200, when=When(0, 0xFF, 0xAA), addressed=True, then="wake"),
    Ask(0x8210, addressed=True, then="command"),
    Ask(0x8240, (0x8250,), When(0, 0xFF, 0xAA), addressed=True),
)
