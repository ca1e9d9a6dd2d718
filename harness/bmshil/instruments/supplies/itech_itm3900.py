"""ITECH IT-M3900."""

from __future__ import annotations

from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import LIMIT_TOLERANCE, SupplyDriver
from bmshil.instruments.supplies.guards import Trips

AT_LIMIT = 0.99
"""Share of a current limit from which on it binds."""


class ItechItm3900(Trips, SupplyDriver):
    """ITECH IT-M3900, IT-M3400 and IT6000C bidirectional supplies, in voltage priority.

    They source and sink. ``CURR:LIM`` limits sourcing; ``CURR:LIM:NEG`` limits sinking and is a negative
    number; current reads negative while sinking. ``SYST:REM`` comes first, ``OUTP`` takes 1 and 0.
    Over-voltage and over-current protections have a level and a switch, and both are set. ``VOLT:LIM`` bounds
    the voltage in current priority alone, so it is left as it is.

    Whether a current limit binds is told from the measured current, since no status register of this family
    has been seen in a manual. There is no series resistance that this driver knows.

    Source: commands of a published driver for IT-M3400 and IT-M3900 (pts-itech-m3905d-psu) and of one for
    IT6000C, whose status bits these are.
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.SINK
        | Capability.PROTECTIONS
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.TRIPS
    )
    maker = "ITECH"
    models = "IT-M3900, IT-M3400, IT6000C"
    verified = "drivers of users"
    unverified = (
        "bits of the status register, and OUTP:PROT:CLE",
        "switches of the protections (PROT:STAT) on the IT-M3900",
        "a watchdog (OUTP:PROT:WDOG), so it is not used",
        "series resistance, so it is not used",
        "remote sense command",
    )
    switched = ("0", "1")
    causes = {  # noqa: RUF012 - read only
        1 << 0: "over-voltage",
        1 << 1: "over-current while sourcing",
        1 << 2: "over-current while sinking",
        1 << 3: "over-power while sourcing",
        1 << 4: "over-power while sinking",
        1 << 5: "under-voltage",
        1 << 6: "over-temperature",
        1 << 7: "under-current",
        1 << 8: "sense fault",
        1 << 10: "reversed terminals",
        1 << 11: "inhibit input",
        1 << 13: "protection",
        1 << 14: "internal fault",
    }

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Select voltage priority, set its limits and the protections above which the output trips.

        Args:
            source_current: A, positive.
            sink_current: A, positive; sent as a negative number.
            over_voltage: V.
            over_current: A, positive, for either direction.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        (function,) = self._session.apply("FUNC VOLT", "FUNC?")
        if not function.upper().startswith("VOLT"):
            raise self._session.error("FUNC VOLT", f"is in priority {function!r} instead of voltage")
        limits = {
            "CURR:LIM": source_current,
            "CURR:LIM:NEG": -sink_current,
            "VOLT:PROT": over_voltage,
            "CURR:PROT": over_current,
        }
        self._set("limits", limits, LIMIT_TOLERANCE)
        self._switch("VOLT:PROT:STAT", True)
        self._switch("CURR:PROT:STAT", True)

    def limiting(self) -> bool:
        """Whether the measured current has reached one of the two limits.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        command = "MEAS:CURR?;:CURR:LIM?;:CURR:LIM:NEG?"
        parts = self._session.query(command).split(";")
        if len(parts) != 3:
            raise self._session.error(command, f"answered {len(parts)} of 3 questions")
        current, most, least = (self._session.value(command, part) for part in parts)
        return not AT_LIMIT * least < current < AT_LIMIT * most

    def _prepare(self) -> None:
        self._session.confirm("SYST:REM")
