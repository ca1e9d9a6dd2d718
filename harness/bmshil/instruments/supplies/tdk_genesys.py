"""TDK-Lambda GENESYS+."""

from __future__ import annotations

from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import LIMIT_TOLERANCE
from bmshil.instruments.supplies.guards import SecondsWatchdog, Trips
from bmshil.instruments.supplies.lines import LineSupply

_CC, _CP = 1 << 1, 1 << 15


class TdkGenesys(Trips, SecondsWatchdog, LineSupply):
    """TDK-Lambda GENESYS+ (GH, G, GSP) supplies, in SCPI.

    They source alone: a bank that is charged needs a sink beside this supply, a load behind a diode. There is
    no ``Capability.SINK``, and the sink limit is not sent.

    The watchdog counts from the first command after it was switched on, which is its own read-back here. It
    leaves error 342, and so does every fault until ``OUTP:PROT:CLE``. Over-current is the fold-back
    protection: it trips when the current limit is reached, and is on. The ``OFF`` bit of the fault register
    is the button at the panel, and no trip.

    Its newer name for the watchdog is printed with either short form, so the long one is sent.

    Source: TDK-Lambda GENESYS+ manual (GH10-100), sections 4.14 and 5.10 and the register tables; the last
    fault bits from that of the G+ 5 kW; the driver of instro 1.22.
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.PROTECTIONS
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.WATCHDOG
        | Capability.TRIPS
    )
    maker = "TDK-Lambda"
    models = "GENESYS+ (GH, G, GSP)"
    verified = "manual and a driver of users"
    unverified = (
        "several commands in one message, so they are not sent",
        "internal resistance, so it is not used",
        "what OUTP:STAT? and CURR:PROT:STAT? answer after a fault",
    )
    error_query = ""
    state = "OUTP:STAT"
    causes = {  # noqa: RUF012 - read only
        1 << 1: "AC fail",
        1 << 2: "over-temperature",
        1 << 3: "fold-back (over-current)",
        1 << 4: "over-voltage",
        1 << 5: "shut-off input",
        1 << 7: "interlock",
        1 << 8: "enable input",
        1 << 9: "under-voltage",
        1 << 14: "power switch",
        1 << 15: "watchdog (error 342)",
    }
    watchdog = "SYST:COMM:WATCHDOG"
    watchdog_time = "SYST:COMM:WATCHDOG:TIM"

    def set_limits(
        self,
        *,
        source_current: float,
        sink_current: float,  # noqa: ARG002 - it takes no current
        over_voltage: float,
        over_current: float,  # noqa: ARG002 - this supply trips at its limit
    ) -> None:
        """Set the current limit and the over-voltage protection, and let it trip at the current limit.

        Args:
            source_current: A, positive.
            sink_current: not used, it takes no current.
            over_voltage: V.
            over_current: not used, there is no such level.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        self._set("limits", {"CURR": source_current, "VOLT:PROT:LEV": over_voltage}, LIMIT_TOLERANCE)
        self._switch("CURR:PROT:STAT", True)

    def limiting(self) -> bool:
        """Whether it regulates current or power instead of voltage; and whether it has taken the voltage.

        Raises:
            InstrumentError: no answer, no register, or the voltage is not the one last set.
        """
        self._check_voltage()
        return bool(self._register("STAT:OPER:COND?") & (_CC | _CP))
