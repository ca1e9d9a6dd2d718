"""0x51, who made the battery: name, software version, manufacturer."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody


@dataclass(frozen=True, slots=True)
class Maker:
    """What a battery says of itself.

    Attributes:
        name: of the device, at most 10 ASCII characters.
        version: of its software.
        manufacturer: at most 20 ASCII characters.
    """

    name: str
    version: tuple[int, int] = (1, 0)
    manufacturer: str = "Pylon"


def encode(maker: Maker, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply.

    Source: Pylontech RS485 protocol V3.3, and a capture of a US2000 Plus.
    """
    out = Writer(tell).text(maker.name, 10)
    out.number("version", maker.version[0]).number("version", maker.version[1])
    return out.text(maker.manufacturer, 20, b"-").done()


def decode(info: bytes) -> Maker:
    """Read INFO of a reply.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("manufacturer information", info)
    return Maker(read.text(10), (read.number(), read.number()), read.text(20, "-"))
