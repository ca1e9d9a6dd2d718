"""What a Victron Venus GX hears, and what it says.

No document of Victron is known. Sources: frames of a Venus GX with a BYD LVS (dfch/BydCanProtocol: 0x305 and
0x306 zeros, 0x307 with a mark); issue 3 of syssi/esphome-virtual-can-bms; four messages are enough
(jmibk/BMS-LIB-CAN-Victron). Little-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from bmshil.twin.inverter.frames import Cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.twin.inverter.memory import Pack
    from bmshil.twin.inverter.sunny_island import Telemetry

EXTREMES = 0x373
INSTALLED = 0x379
FRESH = 30.0
"""A BYD sends its SOC every 10 s to such a device, and is heard (victronenergy/venus 469, 567)."""

UNREAD = (*range(0x370, 0x373), *range(0x374, 0x379), *range(0x380, 0x383), 0x35B, 0x360)
"""Names, places of extremes and energy: shown to people, and obeyed by nobody."""

_ZEROS = bytes(8)
_MARK = bytes.fromhex("12 34 56 78") + b"VIC\0"
_WORD = Struct("<H")
_PAIR = Struct("<HH")


def read_installed(data: bytes | bytearray) -> float | None:
    """Read the installed capacity in 0x379, Ah; None when it is not there."""
    return float(_WORD.unpack_from(data)[0]) if len(data) >= _WORD.size else None


def extremes(pack: Pack, data: bytes | bytearray) -> None:
    """Take the lowest and the highest cell voltage in."""
    if len(data) >= _PAIR.size:
        low, high = _PAIR.unpack_from(data)
        pack.cells = Cells(low / 1000, high / 1000)


def speak(now: Telemetry) -> Mapping[int, bytes]:
    """Return what it sends every second; 0x306 once it has a battery."""
    return {0x305: _ZEROS, 0x307: _MARK, **({} if now.silent else {0x306: _ZEROS})}
