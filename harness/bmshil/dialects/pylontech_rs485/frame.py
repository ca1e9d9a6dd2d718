"""The frame of Pylontech RS485: a header, a length and a checksum, all in upper-case hexadecimal characters.

::

    ~ VER ADR CID1 CID2 LENGTH INFO CHKSUM CR

Two characters for each byte; LENGTH and CHKSUM have four. A reply carries a return code in the place of CID2
and does not say which command it answers.

Source: Pylontech RS485 protocol V3.3 2018-08-21, with the checksum of its example corrected (FC71, it prints
FC72).
"""

from __future__ import annotations

from typing import NamedTuple

from bmshil.dialects.pylontech_rs485.rtn import FrameFault, Rtn
from bmshil.errors import CodecError

SOI = b"~"
EOI = b"\r"
BATTERY = 0x46
"""CID1 of battery data."""

VERSION = 0x20
"""VER of nearly all captures: 2.0."""

MOST_INFO = 2047
"""Bytes of INFO in one frame: the length counts characters and has 12 bits."""

SHORTEST = 18
LONGEST = SHORTEST + 4095
"""Characters in one frame."""

PROTOCOL_VERSION = 0x4F
"""The command for which a battery ignores VER: its reply tells the version."""

_DIGITS = b"0123456789ABCDEF"


class Frame(NamedTuple):
    """What one frame says.

    Attributes:
        ver: protocol version, 0x20 for 2.0.
        adr: address of the battery, in requests and replies.
        cid1: 0x46, battery data.
        cid2: the command in a request, the return code in a reply.
        info: bytes.
    """

    ver: int
    adr: int
    cid1: int
    cid2: int
    info: bytes


def frame(adr: int, cid2: int, info: bytes = b"", *, ver: int = VERSION, cid1: int = BATTERY) -> bytes:
    """Return the bytes of one frame, from ``~`` to the carriage return.

    Args:
        adr: address of the battery.
        cid2: the command, or in a reply the return code.
        info: bytes, at most ``MOST_INFO``.
        ver: protocol version.
        cid1: kind of device.

    Raises:
        CodecError: more bytes than a frame can carry.
    """
    if len(info) > MOST_INFO:
        raise CodecError(f"{len(info)} bytes of INFO: a Pylontech frame carries at most {MOST_INFO}")
    body = b"%02X%02X%02X%02X%04X%b" % (
        ver, adr, cid1, cid2, length(2 * len(info)), info.hex().upper().encode()
    )  # fmt: skip
    return b"~%b%04X\r" % (body, checksum(body))


def parse(data: bytes) -> Frame:
    """Take one frame apart and check it.

    Args:
        data: from ``~`` to the carriage return, both included.

    Raises:
        FrameFault: with the return code: FORMAT for a form that is wrong, LCHKSUM, CHKSUM, VER.
    """
    body = data[1:-5]
    if len(data) < SHORTEST or data[:1] != SOI or data[-1:] != EOI or data[1:-1].translate(None, _DIGITS):
        raise _fault(data, "no frame of upper-case hexadecimal characters", Rtn.FORMAT)
    told = int(data[9:13], 16)
    if told != length(told & 0xFFF):
        raise _fault(data, f"checksum of the length {told:04X} is wrong", Rtn.LCHKSUM)
    if (told & 0xFFF) != len(data) - SHORTEST or told & 1:
        raise _fault(data, f"length {told & 0xFFF} does not fit", Rtn.FORMAT)
    if (found := int(data[-5:-1], 16)) != (right := checksum(body)):
        raise _fault(data, f"checksum is {found:04X}, should be {right:04X}", Rtn.CHKSUM)
    raw = bytes.fromhex(body.decode())
    heard = Frame(raw[0], raw[1], raw[2], raw[3], raw[6:])
    if heard.ver >> 4 != VERSION >> 4 and heard.cid2 != PROTOCOL_VERSION:
        raise _fault(data, f"version {heard.ver:02X} is not 2.x", Rtn.VER)
    return heard


def peek(data: bytes) -> tuple[int, int, int] | None:
    """Return ADR, CID1 and CID2 of a frame without checking it; None where they cannot be read."""
    digits = data[3:9]
    if len(digits) < 6 or digits.translate(None, _DIGITS):
        return None
    adr, cid1, cid2 = bytes.fromhex(digits.decode())
    return adr, cid1, cid2


def length(characters: int) -> int:
    """Return LENGTH: a checksum of 4 bits, then the number of characters in 12 bits."""
    digits = (characters >> 8) + (characters >> 4 & 0xF) + (characters & 0xF)
    return (-digits & 0xF) << 12 | characters


def checksum(body: bytes) -> int:
    """Return CHKSUM: two's complement of the sum of all characters between ``~`` and the checksum."""
    return -sum(body) & 0xFFFF


def _fault(data: bytes, what: str, rtn: Rtn) -> FrameFault:
    shown = data if len(data) <= 40 else data[:40] + b"..."
    return FrameFault(f"Pylontech frame {shown!r}: {what}", rtn)
