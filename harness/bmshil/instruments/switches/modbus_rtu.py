"""Modbus over a serial line: a frame is address, function, data and a checksum, low byte first.

Source: MODBUS over Serial Line, Specification and Implementation Guide V1.02, sections 2.5.1 and 6.2.2;
MODBUS Application Protocol V1.1b3, section 7 (exceptions).
"""

from __future__ import annotations

EXCEPTION_LENGTH = 5
"""Bytes of a reply that says what is wrong with the request."""

_EXCEPTION = 0x80
_CAUSES = {
    1: "unknown function",
    2: "no such relay",
    3: "a value that it does not take",
    4: "the board failed",
}


def crc16(data: bytes) -> bytes:
    """Checksum of a frame, as it stands on the wire: polynomial 0xA001, start 0xFFFF."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc.to_bytes(2, "little")


def framed(data: bytes) -> bytes:
    """Put the checksum behind address, function and data."""
    return data + crc16(data)


def is_exception(reply: bytes) -> bool:
    """Whether these bytes are a whole reply that refuses the request."""
    return len(reply) == EXCEPTION_LENGTH and bool(reply[1] & _EXCEPTION) and framed(reply[:-2]) == reply


def unframed(request: bytes, reply: bytes) -> bytes:
    """Return the data of a reply, checked against its request.

    Raises:
        ValueError: a wrong checksum, another address or function, or an exception.
    """
    if framed(reply[:-2]) != reply:
        raise ValueError(f"answered {reply.hex(' ').upper()}, whose checksum is wrong")
    if reply[0] != request[0]:
        raise ValueError(f"address {reply[0]} answered instead of {request[0]}")
    if reply[1] == request[1] | _EXCEPTION:
        raise ValueError(f"refused: {_CAUSES.get(reply[2], f'exception {reply[2]}')}")
    if reply[1] != request[1]:
        raise ValueError(f"answered function {reply[1]} instead of {request[1]}")
    return reply[2:-2]
