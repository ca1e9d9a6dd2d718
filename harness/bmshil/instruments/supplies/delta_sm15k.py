"""Delta Elektronika SM15K."""

from __future__ import annotations

from math import ceil

from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import LIMIT_TOLERANCE
from bmshil.instruments.supplies.lines import LineSupply

AT_LIMIT = 0.99
"""Share of a current limit from which on it binds."""

WATCHDOG = "SYSTem:COMmunicate:WATchdog"
SHORTEST, LONGEST = 20, 10_000
"""Times of the watchdog, ms."""

SOURCE, SINK = "SOURce:CURrent", "SOURce:CURrent:NEGative"


class DeltaSm15k(LineSupply):
    """Delta Elektronika SM15K bidirectional supplies, over Ethernet.

    They source and sink. Names are shortened to three letters, so the long forms are sent, one in a line. The
    sink limit is a negative number. Each set-point has a master, and only the master's values count: this
    driver makes Ethernet the master of both.

    The watchdog counts in milliseconds and any valid command re-arms it; it is off after power-on.

    No protection with a level is known of it, and no register that tells a trip; its limits of set-points
    protect from operators, not from the device under test. So neither is promised: the over-voltage
    protection at its panel is the operator's duty. Whether a current limit binds is told from the measured
    current.

    Source: Delta Elektronika, Ethernet and sequencer programming SM15K, sections 5.2, 5.3, 5.6.5 and 5.6.10.
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.SINK
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.WATCHDOG
    )
    maker = "Delta Elektronika"
    models = "SM15K"
    verified = "programming manual"
    unverified = (
        "what the queries of the master answer",
        "sign of the measured current while sinking",
        "protections and status registers, so they are not used",
        "internal resistance, so it is not used",
    )
    error_query = ""
    voltage = "SOURce:VOLtage"
    state = "OUTPut"
    measured = ("MEASure:VOLtage?", "MEASure:CURrent?")
    decimals = 4

    def set_limits(
        self,
        *,
        source_current: float,
        sink_current: float,
        over_voltage: float,  # noqa: ARG002 - no such command is known
        over_current: float,  # noqa: ARG002 - likewise
    ) -> None:
        """Set the regulation limits, A, positive; the protections are not set, see the class.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        self._set("limits", {SOURCE: source_current, SINK: -sink_current}, LIMIT_TOLERANCE)

    def limiting(self) -> bool:
        """Whether the measured current has reached a limit; and whether it has taken the voltage.

        Raises:
            InstrumentError: no answer, no reading, or the voltage is not the one last set.
        """
        self._check_voltage()
        current = self._session.number(self.measured[1])
        least, most = self._session.number(f"{SINK}?"), self._session.number(f"{SOURCE}?")
        return not AT_LIMIT * least < current < AT_LIMIT * most

    def arm_watchdog(self, seconds: float) -> float:
        """Let it switch itself off after a silence, s, rounded up to milliseconds within its range.

        Returns:
            The time that it has set, s.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        wanted = min(max(ceil(1000 * seconds), SHORTEST), LONGEST)
        command = f"{WATCHDOG} SET,{wanted}"
        got = self._session.value(command, self._told(command, f"{WATCHDOG} SET?"))
        if got != wanted:
            raise self._session.error(command, f"watchdog: set {wanted} ms, but reads back {got:g} ms")
        return wanted / 1000

    def disarm_watchdog(self) -> None:
        """Let it stay as it is, however long nobody speaks to it.

        Raises:
            InstrumentError: refused, or it still counts.
        """
        command = f"{WATCHDOG} STOP"
        got = self._session.value(command, self._told(command, f"{WATCHDOG}?"))
        if got > 0:
            raise self._session.error(command, f"still counts: {got:g} ms left")

    def _prepare(self) -> None:
        for what in ("CV", "CC"):
            command = f"SYSTem:REMote:{what} Remote"
            master = self._told(command, f"SYSTem:REMote:{what}?").upper()
            if not master.startswith(("REM", "ETH")):
                raise self._session.error(command, f"the master stays {master!r}: unlock it at its panel")
