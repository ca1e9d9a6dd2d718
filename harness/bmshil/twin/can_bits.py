"""How many bits a classic CAN frame takes on the wire, exactly.

A frame is start bit, identifier, control field, data and CRC-15, all of them stuffed (after five equal
bits the controller inserts one of the other polarity), then CRC delimiter, acknowledge slot and its
delimiter, seven bits end of frame and three bits of interframe space, none of them stuffed.

The header depends on identifier and length only, so its CRC and its stuffing are worked out bit by bit
once and remembered. Data and CRC go through tables, a byte at a time.

Source: ISO 11898-1 (frame format, bit stuffing, CRC sequence).
"""

from functools import lru_cache

_POLYNOMIAL = 0x4599
_CRC_BITS = 15
_UNSTUFFED = 1 + 2 + 7 + 3  # CRC delimiter, acknowledge slot and delimiter, end of frame, interframe space

# A stuffing state is the last bit on the wire and how often it has been there, 1 to 4, packed as
# (last * 4 + run - 1) * 256 so that adding a byte gives an index into the tables.
_STATES = [(last, run) for last in (0, 1) for run in (1, 2, 3, 4)]


def _pack(last: int, run: int) -> int:
    return (last * 4 + run - 1) << 8


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


def _crc(crc: int, value: int, width: int) -> int:
    for shift in range(width - 1, -1, -1):
        feedback = (crc >> 14 & 1) ^ (value >> shift & 1)
        crc = (crc << 1) & 0x7FFF ^ (_POLYNOMIAL if feedback else 0)
    return crc


def _table(width: int) -> tuple[list[int], list[int]]:
    """Next state and inserted bits for each state and each value of ``width`` bits."""
    following, inserted = [], []
    for last, run in _STATES:
        for value in range(256):
            next_last, next_run, count = _stuff(last, run, value & (1 << width) - 1, width)
            following.append(_pack(next_last, next_run))
            inserted.append(count)
    return following, inserted


_CRC_TABLE = [_crc(0, byte, 8) for byte in range(256)]
_NEXT, _INSERTED = _table(8)
_INSERTED_LAST = _table(7)[1]  # the CRC is 15 bits: one byte and these seven


@lru_cache(maxsize=16384)
def _header(identifier: int, length: int, extended: bool, remote: bool) -> tuple[int, int, int]:
    """CRC and stuffing state after the header, and all bits of the frame but later stuff bits."""
    if extended:
        # start, 11 bits, SRR and IDE recessive, 18 bits, RTR, two reserved, length
        base, rest = identifier >> 18, identifier & 0x3FFFF
        value, width = (((base << 2 | 3) << 18 | rest) << 1 | remote) << 6 | length, 39
    else:
        # start, 11 bits, RTR, IDE dominant, one reserved, length
        value, width = (identifier << 1 | remote) << 6 | length, 19
    last, run, inserted = _stuff(0, 1, value, width - 1)  # the start bit is dominant and already there
    data_bits = 0 if remote else 8 * length
    fixed = width + inserted + data_bits + _CRC_BITS + _UNSTUFFED
    return _crc(0, value, width), _pack(last, run), fixed


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
        crc, state, bits = _header(identifier, len(data), extended, False)
        for byte in data:
            crc = (crc << 8 & 0x7FFF) ^ _CRC_TABLE[crc >> 7 ^ byte]
            state |= byte
            bits += _INSERTED[state]
            state = _NEXT[state]
    else:
        crc, state, bits = _header(identifier, remote_length, extended, True)
    state |= crc >> 7
    return bits + _INSERTED[state] + _INSERTED_LAST[_NEXT[state] | crc & 127]


def arbitration_key(identifier: int, extended: bool, remote: bool) -> int:
    """Give the number whose order is the order of arbitration: the smaller wins the bus.

    The bits stand as on the wire, dominant is 0: eleven bits of identifier, RTR (SRR, recessive, in an
    extended frame), IDE, eighteen more bits of identifier, RTR. So a standard frame comes before an
    extended one with the same eleven bits, and data before a remote frame.
    """
    if extended:
        return (identifier >> 18) << 21 | 0x180000 | (identifier & 0x3FFFF) << 1 | remote
    return identifier << 21 | remote << 20
