"""0x93, the serial number of a pack, and 0x96, the versions of its software."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody


@dataclass(frozen=True, slots=True)
class Software:
    """Versions of one pack.

    Attributes:
        manufacturer: major and minor.
        main_line: major, minor and patch.
    """

    manufacturer: tuple[int, int]
    main_line: tuple[int, int, int]


def encode_serial(serial: str, command: int, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply to 0x93.

    Args:
        serial: at most 16 ASCII characters.
        command: address of the pack.
        tell: is called for each value that does not fit.

    Source: Pylontech RS485 protocol V2.8.
    """
    return Writer(tell).number("command", command).text(serial, 16).done()


def decode_serial(info: bytes) -> str:
    """Read INFO of a reply to 0x93.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("serial number", info)
    read.number()
    return read.text(16)


def encode_software(software: Software, command: int, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply to 0x96.

    Args:
        software: of the pack.
        command: address of the pack.
        tell: is called for each value that does not fit.

    Source: Pylontech RS485 protocol V3.3, and a capture of a US2000 Plus.
    """
    out = Writer(tell).number("command", command)
    for part in (*software.manufacturer, *software.main_line):
        out.number("version", part)
    return out.done()


def decode_software(info: bytes) -> Software:
    """Read INFO of a reply to 0x96.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("software version", info)
    read.number()
    return Software((read.number(), read.number()), (read.number(), read.number(), read.number()))
