"""Keysight RP7900."""

from __future__ import annotations

from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import LIMIT_TOLERANCE, RESISTANCE_TOLERANCE
from bmshil.instruments.supplies.guards import SecondsWatchdog, Trips

_CC = 1 << 1


class KeysightRp7900(Trips, SecondsWatchdog):
    """Keysight RP7900 regenerative supplies, in voltage priority; N6900 and N7900 share their language.

    They source and sink, play a series resistance (``VOLT:RES``; RP793x and RP794x from firmware
    B.03.02.1232 on), and have a watchdog on any I/O, 1 to 3600 s.

    ``OUTP?`` tells what was programmed: after a protection or the watchdog it still reads on, and only the
    status register knows. Clearing brings the output back as it was programmed, so it is switched off first.
    Over-current protection has no level of its own: it trips when a current limit is reached, and is on.

    Source: Keysight RP7900 operating and service guide: OUTPut:PROTection, VOLTage:RESistance, status
    registers.
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.SINK
        | Capability.RESISTANCE
        | Capability.PROTECTIONS
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.WATCHDOG
        | Capability.TRIPS
    )
    maker = "Keysight"
    models = "RP7900"
    verified = "operating and service guide"
    unverified = (
        "current limits CURR:LIM:POS and CURR:LIM:NEG, and that the latter is a negative number",
        "that CURR:PROT:STAT trips at the current limit, as on the MP4300",
        "sign of the measured current while sinking",
        "remote sense command",
    )
    causes = {  # noqa: RUF012 - read only
        1 << 0: "over-voltage",
        1 << 1: "over-current",
        1 << 2: "power fail",
        1 << 3: "over-power while sourcing",
        1 << 4: "over-temperature",
        1 << 5: "over-power while sinking",
        1 << 6: "reversed sense leads",
        1 << 9: "inhibit input",
        1 << 11: "watchdog",
        1 << 12: "excessive dynamics",
    }
    watchdog = "OUTP:PROT:WDOG"
    watchdog_time = "OUTP:PROT:WDOG:DEL"

    def set_resistance(self, resistance: float) -> None:
        """Set the internal resistance, ohm.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        self._set("resistance", {"VOLT:RES": resistance}, RESISTANCE_TOLERANCE, decimals=6)

    def set_limits(
        self,
        *,
        source_current: float,
        sink_current: float,
        over_voltage: float,
        over_current: float,  # noqa: ARG002 - this supply trips at its limit
    ) -> None:
        """Set the regulation limits and the over-voltage protection, and let it trip at a current limit.

        Args:
            source_current: A, positive.
            sink_current: A, positive; sent as a negative number.
            over_voltage: V.
            over_current: not used, there is no such level.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        limits = {
            "CURR:LIM:POS": source_current,
            "CURR:LIM:NEG": -sink_current,
            "VOLT:PROT": over_voltage,
        }
        self._set("limits", limits, LIMIT_TOLERANCE)
        self._switch("CURR:PROT:STAT", True)

    def limiting(self) -> bool:
        """Whether it regulates current instead of voltage.

        Raises:
            InstrumentError: no answer, or no register.
        """
        return bool(self._register("STAT:OPER:COND?") & _CC)

    def _clear(self) -> None:
        self._session.confirm(self.clearing)
