"""What a Victron Venus GX hears, and what it says.

No document of Victron is known. Sources: frames of a Venus GX with a BYD LVS (dfch/BydCanProtocol: 0x305 and
0x306 zeros, 0x307 with a mark); issue 3 of syssi/esphome-virtual-can-bms; four messages are enough
(jmibk/BMS-LIB-CAN-Victron). Little-endian.
"""

from collections.abc import Mapping
from struct import Struct

from bmshil.twin.inverter.sunny_island import Telemetry

INSTALLED = 0x379
FRESH = 30.0
"""A BYD sends its SOC every 10 s to such a device, and is heard (victronenergy/venus 469, 567)."""

UNREAD = (*range(0x370, 0x379), *range(0x380, 0x383), 0x35B, 0x360)
"""Names, extremes and energy: shown to people, and obeyed by nobody."""

_ZEROS = bytes(8)
_MARK = bytes.fromhex("12 34 56 78") + b"VIC\0"
_WORD = Struct("<H")


def read_installed(data: bytes | bytearray) -> float | None:
    """Read the installed capacity in 0x379, Ah; None when it is not there."""
    return float(_WORD.unpack_from(data)[0]) if len(data) >= _WORD.size else None


def speak(now: Telemetry) -> Mapping[int, bytes]:
    """Return what it sends every second; 0x306 once it has a battery."""
    return {0x305: _ZEROS, 0x307: _MARK, **({} if now.silent else {0x306: _ZEROS})}
