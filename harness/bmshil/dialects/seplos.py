"""Seplos V1.0: which signal stands for what in a report.

Source: SEPLOS CANBUS Protocol V1.0; captures for the fine SOC in 0x355 and the cycles in 0x356. The
Pylontech set, 0x070 with extremes and 0x371 with their numbers, which a report does not know: 0. The unit
of the cell voltages in 0x070 is disputed: the document repeats 0.1 degC, a program (esphome-yambms) sends
10 mV, as here. Byte 7 of 0x359 has one bit for each module that is there.
"""

from __future__ import annotations

from bmshil.dialects.fields import Constant, Count, Fine, Number, Piece
from bmshil.dialects.pylontech_lv import MEASUREMENTS as MEASURED
from bmshil.dialects.pylontech_lv import PROTECTIONS, PYLONTECH_LV_1_2, STATE_OF_CHARGE
from bmshil.dialects.stand_ins import COLDEST, WARMEST, Computed

SEPLOS: dict[str, dict[str, Piece]] = {
    **PYLONTECH_LV_1_2,
    "StateOfCharge": {**STATE_OF_CHARGE, "SOCHighResolution": Fine("soc")},
    "Measurements": {**MEASURED, "Cycles": Count("cycles")},
    "Protections": {**PROTECTIONS, "OnlineModules": Computed("(1 << min(source.modules, 8)) - 1")},
    "Extremes": {
        "TemperatureMax": WARMEST,
        "TemperatureMin": COLDEST,
        "CellVoltageMax": Number("cell_max"),
        "CellVoltageMin": Number("cell_min"),
    },
    "ExtremeNumbers": {
        f"{quantity}{end}Number": Constant(0)
        for quantity in ("Temperature", "CellVoltage")
        for end in ("Max", "Min")
    },
}
