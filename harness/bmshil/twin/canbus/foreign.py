"""What a controller at another bit rate makes of a frame: an error, sooner or later.

It samples the wire at its own pace. Six equal samples in a row are a stuff error to it; at the latest it
finds an error in the end of the frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.twin.canbus.wire import FLAG, Jam

if TYPE_CHECKING:
    from bmshil.twin.canbus.station import Station

_SAMPLE_POINT = 0.875  # of a bit; the usual one of CiA 601
_TAIL = b"\1\0\1\1\1"  # CRC delimiter, acknowledge slot and delimiter, begin of the end of frame


def find_flag(bits: bytes, bitrate: int, station: Station, own_bitrate: int) -> Jam:
    """Work out when a station begins its error flag, and how long it lasts.

    Args:
        bits: the frame up to its CRC.
        bitrate: of the frame.
        station: who listens.
        own_bitrate: at which it listens.
    """
    wire = bits + _TAIL
    ratio = bitrate / own_bitrate
    last, run, sample = 0, 0, 0
    while run < FLAG and (bit := int((sample + _SAMPLE_POINT) * ratio)) < len(wire):
        run = run + 1 if wire[bit] == last else 1
        last = wire[bit]
        sample += 1
    begin = max(1, min(round(sample * ratio), len(wire) - 1))
    return Jam(station, begin, begin + max(1, round(FLAG * ratio)))
