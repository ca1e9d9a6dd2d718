"""Sofar extended: which signal stands for what in a report, and what the inverter asks.

Source: dalathegreat/Battery-Emulator (SOFAR-CAN), which calls itself half done; no vendor document is known.
29-bit identifiers base + (battery << 12), voltages of 0.1 V, a SOC that never exceeds 99 %. Queries 0x605 and
0x705 are answered by what byte 0 asks for; the content of those answers is not known, they are zeros. The
layout of 0x35A is not known either: that of SMA FSS-ConnectingBat-TI-en-10 is assumed, and it is sent with
the set where the source sends it on change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.asking import Ask, When
from bmshil.dialects.derived import AtMost, remaining
from bmshil.dialects.fields import Constant, Count, Number, Piece, Switch
from bmshil.dialects.pylontech_lv import ALARMS, LIMITS, MANUFACTURER, MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANSWERS = {"Answer0": 0x683, "Answer1": 0x684, "Answer2": 0x685, "Answer3": 0x690}

SOFAR_EXT: Mapping[str, Mapping[str, Piece]] = {
    "Limits": LIMITS,
    "StateOfCharge": {
        "SOC": AtMost("soc", 99.0, 100.0),
        "SOH": Number("soh", 100.0),
        "SOCHighResolution": Constant(0xFFFF),
        "Remaining": remaining(65535.0),
    },
    "Measurements": {**MEASUREMENTS, "Cycles": Count("cycles")},
    "Operation": {
        "DischargeEnable": Switch("discharge_enabled"),
        "ChargeEnable": Switch("charge_enabled"),
    },
    "Alarms": ALARMS,
    "Manufacturer": MANUFACTURER,
    "Identity": {
        "Type": Constant(0),
        "Version": Constant(0x4E24),
        "Capacity": AtMost("capacity", 65535.0),
    },
    **{name: {} for name in _ANSWERS},
}

SOFAR_EXT_ASKS = tuple(
    Ask(query, (answer,), When(0, 0xFF, kind))
    for query in (0x605, 0x705)
    for kind, answer in enumerate(_ANSWERS.values())
)
