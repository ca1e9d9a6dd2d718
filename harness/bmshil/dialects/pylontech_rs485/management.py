"""0x92, charge and discharge management of one pack: its limits, what it permits and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bmshil.dialects.pylontech_rs485.charge_status import ChargeStatus, report_of, status_of
from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody

if TYPE_CHECKING:
    from bmshil.dialects.report import PartialReport, Report


@dataclass(frozen=True, slots=True)
class Management:
    """Limits and requests, of a pack (0x92) or of the whole system (0x63).

    Attributes:
        cvl, dvl: charge and discharge voltage limit, V.
        ccl, dcl: charge and discharge current limit, A, positive.
        status: what is permitted and asked for.
    """

    cvl: float
    dvl: float
    ccl: float
    dcl: float
    status: ChargeStatus

    @classmethod
    def of(cls, report: Report) -> Self:
        """Take limits and requests out of a report."""
        return cls(report.cvl, report.dvl, report.ccl, report.dcl, status_of(report))

    @property
    def report(self) -> PartialReport:
        """The same in the words of a report."""
        limits: PartialReport = {"cvl": self.cvl, "dvl": self.dvl, "ccl": self.ccl, "dcl": self.dcl}
        return limits | report_of(self.status)


def encode(management: Management, command: int, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply. The discharge current is negative, as in all captures of real packs.

    Args:
        management: of the pack.
        command: address of the pack.
        tell: is called for each value that does not fit.

    Source: Pylontech RS485 protocol V3.3, and captures of a US2000 Plus, US5000 and UP2500.
    """
    out = Writer(tell).number("command", command)
    out.volts("cvl", management.cvl).volts("dvl", management.dvl)
    out.amps("ccl", management.ccl).amps("dcl", -management.dcl)
    return out.number("status", management.status).done()


def decode(info: bytes) -> Management:
    """Read INFO of a reply; the sign of the discharge current is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("charge and discharge management", info)
    read.number()
    cvl, dvl, ccl, dcl = read.volts(), read.volts(), read.amps(), abs(read.amps())
    return Management(cvl, dvl, ccl, dcl, ChargeStatus(read.number()))
