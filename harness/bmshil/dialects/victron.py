"""Victron CAN-bus BMS, and a BYD LVS that speaks it: which signal stands for what in a report.

No document of Victron is known. Sources: captures of a BYD Battery-Box Premium LVS with a Venus GX
(dfch/BydCanProtocol); MG Energy Systems Master LV communication guide; programs (Sleeper85/esphome-yambms,
jmibk/BMS-LIB-CAN-Victron, stuartpittaway/diyBMSv4ESP32). Limits, SOC and measurements are as those of SMA.

Four messages are enough for a Venus GX: 0x351, 0x355, 0x356, 0x35A; incomplete sets are shown as "CAN bus
BMS". What is disputed:

* 0x35A: 01 raised, 10 well, 00 not signalled; a BYD sends 10 for everything, a Pytes 00. Here 10.
* System status, byte 7 bits 2 and 3: 10 while running (diyBMS, BYD), 01 while online (BMS-LIB-CAN-Victron).
* 0x360: first byte 0xFF asks for a charge (a program says so, no capture).
* 0x378: 100 Wh a count (captures and OpenDTU-OnBattery), or 10 Wh (MG). Here zeros: not counted.
* 0x374 to 0x377: names of cells; a report does not know them. Here zeros.
"""

from __future__ import annotations

from bmshil.dialects.fields import Constant, Count, Fine, Finer, Letter, Number, Piece, RaisedOrGone
from bmshil.dialects.pylontech_lv import (
    ALARM_ITEMS,
    LIMITS,
    MANUFACTURER,
    MEASUREMENTS,
    SILENT_ITEMS,
    STATE_OF_CHARGE,
)
from bmshil.dialects.stand_ins import COLDEST, INSTALLED, REMAINING, WARMEST, Filled, text

WELL = 0b10

ALARMS: dict[str, Piece] = {
    **{f"Alarm{item}": RaisedOrGone("protections", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"Warning{item}": RaisedOrGone("alarms", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"{half}{item}": Constant(WELL) for half in ("Alarm", "Warning") for item in SILENT_ITEMS},
}
MODULES: dict[str, Piece] = {
    "ModulesOnline": Count("modules"),
    "ModulesBlockingCharge": Count("blocking_charge"),
    "ModulesBlockingDischarge": Count("blocking_discharge"),
    "ModulesOffline": Count("offline"),
}
EXTREMES: dict[str, Piece] = {
    "CellVoltageMin": Number("cell_min"),
    "CellVoltageMax": Number("cell_max"),
    "TemperatureMin": COLDEST,
    "TemperatureMax": WARMEST,
}
UNNAMED: dict[str, Piece] = {**text("")}
ENERGY: dict[str, Piece] = {"EnergyCharged": Constant(0), "EnergyDischarged": Constant(0)}
INSTALLED_CAPACITY: dict[str, Piece] = {"InstalledCapacity": INSTALLED}
IN_BOTH: dict[str, dict[str, Piece]] = {
    "Limits": LIMITS,
    "Measurements": MEASUREMENTS,
    "Modules": MODULES,
    "Extremes": EXTREMES,
    **{f"{extreme}Id": UNNAMED for extreme in ("CellVoltageMin", "CellVoltageMax")},
    **{f"{extreme}Id": UNNAMED for extreme in ("TemperatureMin", "TemperatureMax")},
    "Energy": ENERGY,
    "InstalledCapacity": INSTALLED_CAPACITY,
}


def identity(product: int, firmware: tuple[int, int]) -> dict[str, Piece]:
    """Return the pieces of 0x35F: product, firmware, capacity that is left."""
    return {
        "ProductId": Constant(product),
        "FirmwareMajor": Constant(firmware[0]),
        "FirmwareMinor": Constant(firmware[1]),
        "AvailableCapacity": REMAINING,
        "HardwareVersion": Constant(0),
    }


VICTRON: dict[str, dict[str, Piece]] = {
    **IN_BOTH,
    "StateOfCharge": {**STATE_OF_CHARGE, "SOCHighResolution": Fine("soc")},
    "Alarms": {**ALARMS, "SystemStatus": Constant(WELL)},
    "Manufacturer": MANUFACTURER,
    "Identity": identity(0, (1, 0)),
    "ChargeRequest": {"ForceCharge": Filled("force_charge_2")},
    "DeviceName1": {**text("bmshil b")},
    "DeviceName2": {**text("ank")},
    "SerialNumber1": {**text("bmshil")},
    "SerialNumber2": {**text("")},
    "ProductFamily": {**text("bmshil")},
}

RESERVED = {
    f"{half}Reserved{number}": Constant(WELL) for half in ("Alarm", "Warning") for number in (1, 2, 3)
}
BYD_LVS: dict[str, dict[str, Piece]] = {
    **IN_BOTH,
    "StateOfCharge": {**STATE_OF_CHARGE, "SOCHighResolution": Finer("soc")},
    "Alarms": {**ALARMS, **RESERVED},
    "Manufacturer": {f"Character{place}": Letter("manufacturer", place - 1, b"\0") for place in range(1, 9)},
    # The letters Li, version 1.17 in hexadecimal figures.
    "Identity": identity(0x694C, (0x01, 0x17)),
    "ProductFamily": {**text("PREMIUM")},
    "Events": {},
    "ChargeRequest": {},
}
