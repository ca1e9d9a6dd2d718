"""0x60, what the system is made of. From public programs alone: no capture of a reply is known."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody


@dataclass(frozen=True, slots=True)
class SystemBasics:
    """What a system says of itself.

    Attributes:
        name: of the device, at most 10 ASCII characters.
        manufacturer: at most 20 ASCII characters.
        version: of its software.
        serials: one for each pack, at most 16 ASCII characters.
    """

    name: str
    manufacturer: str
    version: tuple[int, int]
    serials: tuple[str, ...]


def encode(basics: SystemBasics, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply."""
    out = Writer(tell).text(basics.name, 10).text(basics.manufacturer, 20)
    out.number("version", basics.version[0]).number("version", basics.version[1])
    out.number("packs", len(basics.serials))
    for serial in basics.serials:
        out.text(serial, 16)
    return out.done()


def decode(info: bytes) -> SystemBasics:
    """Read INFO of a reply.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("system basics", info)
    name, manufacturer, version = read.text(10), read.text(20), (read.number(), read.number())
    return SystemBasics(name, manufacturer, version, tuple(read.text(16) for _ in range(read.number())))
