"""The long frame with which a JK PB answers a write to some registers, besides acknowledging it.

Two protocols on one wire: the write and its acknowledgement are Modbus, the frame is the maker's own, with
the low byte first. The master of a JK bank asks its packs in this way.

Source: captures in the tests of mr-manuel/venus-os_dbus-serialbattery; no document of the maker has it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from bmshil.dialects.jk_modbus.blocks import data, info, read_data, read_settings, settings
from bmshil.dialects.jk_modbus.layout import DATA_LAYOUT, INFO_LAYOUT, SETTINGS_LAYOUT
from bmshil.dialects.modbus import Tell, nobody, write
from bmshil.dialects.pack_piece import PackPiece
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from bmshil.dialects.pack_data import PackData

HEADER = bytes.fromhex("55 AA EB 90")
LENGTH = 300
"""Bytes of the frame: header, kind, counter, 293 of a block, sum of all before."""

_BEGIN = 6


class Kind(IntEnum):
    """Which block a frame carries."""

    SETTINGS = 0x01
    STATUS = 0x02
    ABOUT = 0x03


TRIGGERS = {0x161E: Kind.SETTINGS, 0x1620: Kind.STATUS, 0x161C: Kind.ABOUT}
"""Register that is written -> block that comes. That 1620H gives the status is in a capture."""


def ask(device: int, kind: Kind = Kind.STATUS) -> bytes:
    """Return the write that asks for a frame."""
    register = next(register for register, one in TRIGGERS.items() if one is kind)
    return write(device, register, [0])


def encode(kind: Kind, pack: PackData, address: int, *, counter: int = 0, tell: Tell = nobody) -> bytes:
    """Return the frame.

    Args:
        kind: which block.
        pack: what it tells of.
        address: of the device, 0..15.
        counter: 0..255, of the frames sent.
        tell: is called for each value that does not fit.
    """
    layout, values = {
        Kind.SETTINGS: lambda: (SETTINGS_LAYOUT, settings(pack, address)),
        Kind.STATUS: lambda: (DATA_LAYOUT, data(pack)),
        Kind.ABOUT: lambda: (INFO_LAYOUT, info(pack)),
    }[kind]()
    image = layout.encode(values, "little", tell)[: LENGTH - 1 - _BEGIN]
    frame = (HEADER + bytes((kind, counter & 0xFF)) + image).ljust(LENGTH - 1, b"\x00")
    return frame + bytes((sum(frame) & 0xFF,))


def decode(frame: bytes) -> PackPiece:
    """Read a frame.

    Raises:
        CodecError: it is none, or its sum is wrong.
    """
    if len(frame) != LENGTH or not frame.startswith(HEADER):
        raise CodecError(f"JK frame: {len(frame)} bytes that begin with {frame[:4].hex()} are none")
    if sum(frame[:-1]) & 0xFF != frame[-1]:
        raise CodecError(f"JK frame of kind {frame[4]:02X}: its sum is wrong: ask again")
    body = frame[_BEGIN:-1]
    match frame[4]:
        case Kind.SETTINGS:
            return read_settings(body, "little")
        case Kind.STATUS:
            return read_data(body, "little")
        case Kind.ABOUT:
            name = INFO_LAYOUT.decode(body, "little")["model"]
            return PackPiece(name=name if isinstance(name, str) else None)
    raise CodecError(f"JK frame of unknown kind {frame[4]:02X}")
