"""Frames of the Pylontech RS485 protocol as the device builds and reads them.

Source: Pylontech RS485 protocol V3.3 (SOI, VER, ADR, CID1, CID2 or RTN, LENGTH, INFO, CHKSUM, EOI; two
upper-case hexadecimal characters per byte). The worked example of that document has a slip in its checksum;
the rule is right, and real captures follow it.
"""

from typing import NamedTuple

from bmshil.twin.inverter.polling.reading import Unfit

SOI, EOI = b"~", b"\r"
VERSION, BATTERY = 0x20, 0x46
NORMAL = 0x00
_LONGEST = 18 + 4095
_HEAD = 12  # characters from VER to LENGTH


class Reply(NamedTuple):
    """A sound reply: protocol version, address, return code, content."""

    version: int
    address: int
    code: int
    info: bytes


def request(address: int, command: int, info: bytes = b"") -> bytes:
    """Build a request."""
    text = info.hex().upper()
    nibbles = sum(len(text) >> shift & 0xF for shift in (0, 4, 8))
    length = (-nibbles & 0xF) << 12 | len(text)
    body = f"{VERSION:02X}{address:02X}{BATTERY:02X}{command:02X}{length:04X}{text}"
    return SOI + body.encode("ascii") + f"{_checksum(body.encode('ascii')):04X}".encode("ascii") + EOI


def split(buffer: bytearray) -> bytes | None:
    """Take the first frame out of what was received, noise before it dropped; None when none is whole."""
    start = buffer.find(SOI)
    if start < 0:
        buffer.clear()
        return None
    end = buffer.find(EOI, start)
    if end < 0:
        if len(buffer) - start > _LONGEST:
            buffer.clear()
        return None
    # A frame that broke off is followed by the SOI of the next one.
    whole = bytes(buffer[buffer.rfind(SOI, start, end) : end + 1])
    del buffer[: end + 1]
    return whole


def read(frame: bytes, *, checked: bool = True) -> Reply:
    """Read a reply.

    Args:
        frame: from SOI to EOI.
        checked: whether a wrong checksum is noticed.

    Raises:
        Unfit: it is damaged.
    """
    body, check = frame[1:-5], frame[-5:-1]
    if len(body) < _HEAD:
        raise Unfit("too short", garbled=True)
    try:
        head = bytes.fromhex(body[:_HEAD].decode("ascii"))
        info = bytes.fromhex(body[_HEAD:].decode("ascii"))
        told = int(check.decode("ascii"), 16)
    except ValueError as error:
        raise Unfit("no hexadecimal digits", garbled=True) from error
    if checked and told != _checksum(body):
        raise Unfit("wrong checksum", garbled=True)
    if int.from_bytes(head[4:6], "big") & 0xFFF != len(body) - _HEAD:
        raise Unfit("wrong length", garbled=True)
    if head[2] != BATTERY:
        raise Unfit("not from a battery")
    return Reply(head[0], head[1], head[3], info)


def _checksum(body: bytes) -> int:
    return -sum(body) & 0xFFFF
