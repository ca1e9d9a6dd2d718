"""0x94, a host that sets the limits of a pack. INFO is in the request, the reply has none."""

from __future__ import annotations

from dataclasses import dataclass

from bmshil.dialects.pylontech_rs485.commands import Command
from bmshil.dialects.pylontech_rs485.frame import frame
from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody

HOLDS = 10.0
"""s until a battery returns to its own values, unless the set-points are repeated.

Source: Pylontech RS485 protocol V3.3, where only the Chinese text is clear about it."""


@dataclass(frozen=True, slots=True)
class SetPoints:
    """Limits that a host wants a pack to have.

    Attributes:
        cvl, dvl: charge and discharge voltage limit, V.
        ccl, dcl: charge and discharge current limit, A, positive.
    """

    cvl: float
    dvl: float
    ccl: float
    dcl: float


def request(points: SetPoints, adr: int, *, tell: Tell = nobody) -> bytes:
    """Return the frame that sets the limits of the pack at an address."""
    out = Writer(tell).number("command", adr)
    out.volts("cvl", points.cvl).volts("dvl", points.dvl)
    return frame(adr, Command.SET, out.amps("ccl", points.ccl).amps("dcl", -points.dcl).done())


def decode(info: bytes) -> SetPoints:
    """Read INFO of a request; the sign of the discharge current is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("set-points", info)
    read.number()
    return SetPoints(read.volts(), read.volts(), abs(read.amps()), abs(read.amps()))
