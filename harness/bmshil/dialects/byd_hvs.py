"""BYD Battery-Box HVS: which signal stands for what in a report, and what the inverter asks.

Source: dalathegreat/Battery-Emulator (BYD-CAN) and captures in its issues 28 and 1534; no vendor document is
known. The battery is silent until the inverter has sent 0x151. With bit 0 of byte 0 set it answers with its
identification, 0x250, 0x290, 0x2D0 and four times 0x3D0; from the first 0x151 on it sends 0x110 every 2 s,
0x150, 0x1D0 and 0x210 every 10 s and 0x190 every 60 s. Of the alarms only the counter in their last byte is
known, so alarms cannot be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.asking import Ask, When
from bmshil.dialects.derived import AtMost, remaining
from bmshil.dialects.fields import Constant, Number, Piece
from bmshil.dialects.stand_ins import COLDEST, WARMEST, Computed, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LARGEST = 6553.5  # 16 bits of 0.1
_PARTS = (b"Battery", b"-Box Pr", b"emium H", b"VS\0\0\0\0\0")


BYD_HVS: Mapping[str, Mapping[str, Piece]] = {
    "Limits": {
        "ChargeVoltageLimit": Number("cvl"),
        "DischargeVoltageLimit": Number("dvl"),
        "DischargeCurrentLimit": Number("dcl"),
        "ChargeCurrentLimit": Number("ccl"),
    },
    "StateOfCharge": {
        "SOC": Number("soc", 100.0),
        "SOH": Number("soh", 100.0),
        "Remaining": remaining(_LARGEST),
        "Full": AtMost("capacity", _LARGEST),
    },
    "Measurements": {
        "Voltage": Number("voltage"),
        "Current": Number("current"),
        "Temperature": Number("temperature"),
        "Unknown": Constant(0x0308),
    },
    "Temperatures": {"Hottest": WARMEST, "Coldest": COLDEST},
    "Alarms": {"Counter": Constant(0)},
    "Version": {
        "FirmwareMajor": Constant(0x03),
        "FirmwareMinor": Constant(0x16),
        "Unknown": Constant(0x0066),
        "Energy": Computed(f"min(source.capacity * source.voltage / 1000, {_LARGEST!r})"),
        "UnknownToo": Constant(0x0209),
    },
    "Hardware": {"UnknownNumber": Constant(0x063710D9)},
    "Brand": text("BYD", 7),
    "Product": {"Part": Constant(0), **text("Battery", 7)},
}


def _counted(data: bytes, number: int) -> bytes:
    return data[:7] + bytes((number & 0xFF,))


def _part(_data: bytes, number: int) -> bytes:
    part = number % len(_PARTS)
    return bytes((part,)) + _PARTS[part]


BYD_HVS_SEQUENCES: Mapping[int, Callable[[bytes, int], bytes]] = {0x190: _counted, 0x3D0: _part}
"""What becomes of the payload of a message when ``number`` of them were sent before."""

BYD_HVS_ASKS = (
    Ask(0x151, (0x250, 0x290, 0x2D0, 0x3D0, 0x3D0, 0x3D0, 0x3D0), When(0, 0x01, 0x01)),
    Ask(0x151, then="begin"),
)
