"""How many bits a classic CAN frame takes on the wire, exactly.

A frame is start bit, identifier, control field, data and CRC-15, all of them stuffed (after five equal
bits the controller inserts one of the other polarity), then CRC delimiter, acknowledge slot and its
delimiter, seven bits end of frame and three bits of interframe space, none of them stuffed.

The header depends on identifier and length only, so its CRC and its stuffing are worked out bit by bit
once and remembered. Data and CRC go through tables, a byte at a time.

Source: ISO 11898-1 (frame format, bit stuffing, CRC sequence).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from can import Message

_POLYNOMIAL = 0x4599
_CRC_BITS = 15
UNSTUFFED = 1 + 2 + 7 + 3
"""CRC delimiter, acknowledge slot and delimiter, end of frame, interframe space."""

# What the stuffing remembers is the last bit on the wire and how often it has been there, 1 to 4
_STATES = [(last, run) for last in (0, 1) for run in (1, 2, 3, 4)]

# One such state: the bits inserted by, and the state after, each of 256 bytes. A CRC of 15 bits is a byte
# and seven more bits, which stand at 256 + value.
_Row: TypeAlias = "list[tuple[int, _Row]]"


def _stuff(last: int, run: int, value: int, width: int) -> tuple[int, int, int]:
    """Put ``width`` bits of ``value`` on the wire; return the new state and the stuff bits inserted."""
    inserted = 0
    for shift in range(width - 1, -1, -1):
        bit = value >> shift & 1
        if bit == last:
            run += 1
        else:
            last, run = bit, 1
        if run == 5:
            last, run = 1 - last, 1
            inserted += 1
    return last, run, inserted


def crc15(crc: int, value: int, width: int) -> int:
    """Carry the CRC of a frame on over ``width`` bits of ``value``; it begins as 0."""
    for shift in range(width - 1, -1, -1):
        feedback = (crc >> 14 & 1) ^ (value >> shift & 1)
        crc = (crc << 1) & 0x7FFF ^ (_POLYNOMIAL if feedback else 0)
    return crc


def _rows() -> dict[tuple[int, int], _Row]:
    rows: dict[tuple[int, int], _Row] = {state: [] for state in _STATES}
    for (last, run), row in rows.items():
        for value, width in [*((byte, 8) for byte in range(256)), *((rest, 7) for rest in range(128))]:
            next_last, next_run, inserted = _stuff(last, run, value, width)
            row.append((inserted, rows[next_last, next_run]))
    return rows


_CRC_TABLE = [crc15(0, byte, 8) for byte in range(256)]
_ROWS = _rows()


def header(identifier: int, length: int, extended: bool, remote: bool) -> tuple[int, int]:
    """Lay out the bits from the start bit to the length, unstuffed; return them and their number."""
    if extended:
        # start, 11 bits, SRR and IDE recessive, 18 bits, RTR, two reserved, length
        base, rest = identifier >> 18, identifier & 0x3FFFF
        return (((base << 2 | 3) << 18 | rest) << 1 | remote) << 6 | length, 39
    # start, 11 bits, RTR, IDE dominant, one reserved, length
    return (identifier << 1 | remote) << 6 | length, 19


@lru_cache(maxsize=16384)
def _header(identifier: int, length: int, extended: bool, remote: bool) -> tuple[int, _Row, int]:
    """CRC and stuffing state after the header, and all bits of the frame but later stuff bits."""
    value, width = header(identifier, length, extended, remote)
    last, run, inserted = _stuff(0, 1, value, width - 1)  # the start bit is dominant and already there
    data_bits = 0 if remote else 8 * length
    fixed = width + inserted + data_bits + _CRC_BITS + UNSTUFFED
    return crc15(0, value, width), _ROWS[last, run], fixed


def frame_bits(
    identifier: int, data: bytes | bytearray, extended: bool = False, *, remote_length: int | None = None
) -> int:
    """Count the bits of one frame, from its start bit to the end of the interframe space.

    Args:
        identifier: 11 bits, or 29 bits when ``extended``.
        data: 0 to 8 bytes; empty in a remote frame.
        extended: whether the identifier has 29 bits.
        remote_length: the length that a remote frame asks for, 0 to 8; None for a data frame.

    Returns:
        Bits at nominal length: 47 to 135 with 11 bits of identifier, 67 to 160 with 29.
    """
    if remote_length is None:
        crc, row, bits = _header(identifier, len(data), extended, False)
        table = _CRC_TABLE
        for byte in data:
            crc = (crc << 8 & 0x7FFF) ^ table[crc >> 7 ^ byte]
            inserted, row = row[byte]
            bits += inserted
    else:
        crc, row, bits = _header(identifier, remote_length, extended, True)
    inserted, row = row[crc >> 7]
    return bits + inserted + row[256 | crc & 127][0]


def message_bits(message: Message) -> int:
    """Count the bits of one frame of python-can, as `frame_bits` does."""
    length = message.dlc if message.is_remote_frame else None
    return frame_bits(message.arbitration_id, message.data, message.is_extended_id, remote_length=length)


def arbitration_key(identifier: int, extended: bool, remote: bool) -> int:
    """Give the number whose order is the order of arbitration: the smaller wins the bus.

    The bits stand as on the wire, dominant is 0: eleven bits of identifier, RTR (SRR, recessive, in an
    extended frame), IDE, eighteen more bits of identifier, RTR. So a standard frame comes before an
    extended one with the same eleven bits, and data before a remote frame.
    """
    if extended:
        return (identifier >> 18) << 21 | 0x180000 | (identifier & 0x3FFFF) << 1 | remote
    return identifier << 21 | remote << 20
