"""0x63, charge and discharge management of the whole system: limits, permissions, requests."""

from __future__ import annotations

from bmshil.dialects.pylontech_rs485.charge_status import ChargeStatus
from bmshil.dialects.pylontech_rs485.management import Management
from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody


def encode(management: Management, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply, 9 bytes.

    Both currents have 0.1 A, unlike that of 0x61, and are positive, unlike those of 0x92.

    Args:
        management: of the system.
        tell: is called for each value that does not fit.

    Source: a capture of a JK BMS; Battery-Emulator (pull request 2267, tested on an inverter); esphome-yambms
    (pull request 74).
    """
    out = Writer(tell).volts("cvl", management.cvl).volts("dvl", management.dvl)
    out.amps("ccl", management.ccl).amps("dcl", management.dcl)
    return out.number("status", management.status).done()


def decode(info: bytes) -> Management:
    """Read INFO of a reply; the sign of the discharge current is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("system limits", info)
    cvl, dvl, ccl, dcl = read.volts(), read.volts(), read.amps(), abs(read.amps())
    return Management(cvl, dvl, ccl, dcl, ChargeStatus(read.number()))
