"""What a Sol-Ark reads in its own way.

Source: Sol-Ark CAN Bus Protocol V1.3, 2023-01-20: frames of 8 bytes, shorter ones are ignored; 0x356 with the
voltage in steps of 0.1 V; 0x379 capacity in Ah; 0x305 with zeros each time data were received correctly.
Little-endian.
"""

from struct import Struct

from bmshil.twin.inverter.frames import Measured

INSTALLED = 0x379
_MEASURED = Struct("<hhh")


def read_measured(data: bytes | bytearray) -> Measured | None:
    """Read 0x356; None when it is too short."""
    if len(data) < _MEASURED.size:
        return None
    volts, amperes, degrees = _MEASURED.unpack_from(data)
    return Measured(volts / 10, amperes / 10, degrees / 10)
