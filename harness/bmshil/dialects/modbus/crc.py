"""The check sum of Modbus RTU."""

from __future__ import annotations

from bmshil.errors import CodecError

SIZE = 2
"""Bytes that it takes at the end of a frame."""


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        rows.append(crc)
    return tuple(rows)


_TABLE = _table()


def crc16(data: bytes) -> int:
    """Return the CRC-16 of Modbus: polynomial 8005H reflected, start FFFFH.

    Source: MODBUS over Serial Line V1.02, section 6.2.2.
    """
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def sealed(body: bytes) -> bytes:
    """Return the body with its check sum behind it, low byte first."""
    return body + crc16(body).to_bytes(SIZE, "little")


def intact(frame: bytes) -> bool:
    """Whether the last two bytes are the check sum of those before."""
    return len(frame) > SIZE and crc16(frame) == 0  # a frame and its own check sum leave nothing


def opened(frame: bytes) -> bytes:
    """Return the body of a frame.

    Raises:
        CodecError: the check sum is wrong.
    """
    if not intact(frame):
        raise CodecError(f"modbus frame {frame.hex(' ')}: its check sum is wrong: ask again")
    return frame[:-SIZE]
