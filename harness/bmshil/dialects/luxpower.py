"""LuxPower V04: which signal stands for what in a report.

Source: LuxPower Battery CANBUS Protocol V04, 2023-09-05. The Pylontech set with extremes of the cells in
0x355 and 0x356, the capacity in 0x359 and the cycles in 0x35C. The voltage in 0x356 has steps of 0.01 V; for
batteries of high voltage the document has 0.1 V, which is no dialect here.
"""

from __future__ import annotations

from bmshil.dialects.fields import Count, Number, Piece
from bmshil.dialects.pylontech_lv import (
    LIMITS,
    MANUFACTURER,
    MEASUREMENTS,
    PROTECTIONS,
    REQUESTS,
    STATE_OF_CHARGE,
)
from bmshil.dialects.stand_ins import COLDEST, INSTALLED, WARMEST

BITS = {name: piece for name, piece in PROTECTIONS.items() if not name.startswith("Mark")}

LUXPOWER: dict[str, dict[str, Piece]] = {
    "Protections": {**BITS, "Capacity": INSTALLED},
    "Limits": LIMITS,
    "StateOfCharge": {
        **STATE_OF_CHARGE,
        "CellVoltageMax": Number("cell_max"),
        "CellVoltageMin": Number("cell_min"),
    },
    "Measurements": {
        "Voltage": MEASUREMENTS["Voltage"],
        "Current": MEASUREMENTS["Current"],
        "TemperatureMax": WARMEST,
        "TemperatureMin": COLDEST,
    },
    "Requests": {**REQUESTS, "Cycles": Count("cycles")},
    "Manufacturer": MANUFACTURER,
}
