"""SMA Sunny Island with an external battery management system: which signal stands for what in a report.

Source: SMA FSS-ConnectingBat-TI-en-10 V1.0. The inverter keeps an alarm until it is told that it leaves
(bit pair 10); a sender that never says so leaves the inverter stopped for ever. So every item that is not
raised is sent as "leaves". Unused fields are set to invalid, as the document wants it.
"""

from __future__ import annotations

from bmshil.dialects.fields import Constant, Fine, Number, Piece, RaisedOrGone
from bmshil.dialects.pylontech_lv import (
    ALARM_ITEMS,
    LIMITS,
    MANUFACTURER,
    MEASUREMENTS,
    SILENT_ITEMS,
    STATE_OF_CHARGE,
)

INVALID = 0xFFFF
LEAVES = 0b10

ALARMS: dict[str, Piece] = {
    **{f"Alarm{item}": RaisedOrGone("protections", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"Warning{item}": RaisedOrGone("alarms", condition) for item, condition in ALARM_ITEMS.items()},
    **{f"{half}{item}": Constant(LEAVES) for half in ("Alarm", "Warning") for item in SILENT_ITEMS},
}
IDENTITY: dict[str, Piece] = {
    "BatteryType": Constant(INVALID),
    "BmsVersion": Constant(INVALID),
    "Capacity": Number("capacity"),
    "ManufacturerId": Constant(INVALID),
}

SMA_SI: dict[str, dict[str, Piece]] = {
    "Limits": LIMITS,
    "StateOfCharge": {**STATE_OF_CHARGE, "SOCHighResolution": Fine("soc")},
    "Measurements": MEASUREMENTS,
    "Alarms": ALARMS,
    "Manufacturer": MANUFACTURER,
    "Identity": IDENTITY,
}
