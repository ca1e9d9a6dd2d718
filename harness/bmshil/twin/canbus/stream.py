"""The bits of a frame as they stand on the wire, for what happens within a frame.

Source: ISO 11898-1 (frame format, bit stuffing, CRC sequence).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.twin.canbus.bits import crc15, header

if TYPE_CHECKING:
    from can import Message


def stuffed_bits(message: Message) -> bytes:
    """Lay out a frame from its start bit to the end of its CRC.

    Args:
        message: a classic data or remote frame.

    Returns:
        One byte for each bit, 0 (dominant) or 1, stuff bits included.
    """
    remote = message.is_remote_frame
    value, width = header(message.arbitration_id, message.dlc, message.is_extended_id, remote)
    if not remote:
        for byte in message.data:
            value = value << 8 | byte
        width += 8 * len(message.data)
    value = value << 15 | crc15(0, value, width)
    bits = bytearray()
    last, run = 1, 0
    for shift in range(width + 14, -1, -1):
        bit = value >> shift & 1
        bits.append(bit)
        run = run + 1 if bit == last else 1
        last = bit
        if run == 5:
            last, run = 1 - bit, 1
            bits.append(last)
    return bytes(bits)
