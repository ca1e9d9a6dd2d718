"""EA Elektro-Automatik PSB 10000."""

from __future__ import annotations

from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import LIMIT_TOLERANCE
from bmshil.instruments.supplies.guards import Trips
from bmshil.instruments.supplies.lines import LineSupply

_CC, _CP, _CR = 1 << 9, 1 << 10, 1 << 11


class EaPsb10000(Trips, LineSupply):
    """EA PSB 10000 bidirectional supplies; EA ELR 10000 loads share their language.

    It sources and sinks: the voltage set-point against the voltage outside decides, and there is no sink mode
    of its own. One ``VOLT`` serves both directions, ``CURR`` limits sourcing, ``SINK:CURR`` sinking, and
    current reads negative while it sinks. Replies carry units ("43.50V"). ``VOLT:PROT`` and ``CURR:PROT`` are
    thresholds that are always on; power set-points stay as they are at its panel.

    Nothing can be set before ``SYST:LOCK ON`` has been granted. It stays locked afterwards: what the output
    does when remote control ends is a setting of its menu.

    Its resistance mode plays no battery: it starts at 40 mohm (a bank has less), and sinking has a value of
    its own. So ``Capability.RESISTANCE`` is not promised, and the control loop plays the ohmic part.

    Alarms stay in the register until the error queue has been read, which acknowledges them. So this driver
    reads that queue only to clear a trip, and judges settings by their read-back.

    Source: EA ModBus & SCPI guide REV 24, as the driver of instro 1.22 and a published driver for PSB 10000
    cite it; five commands in one message at most, APS 6RL manual, section 7 (the same make).
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.SINK
        | Capability.PROTECTIONS
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.TRIPS
    )
    maker = "EA Elektro-Automatik"
    models = "PSB 10000"
    verified = "drivers that cite the programming guide"
    unverified = (
        "bits of the status registers",
        "whether CURR:PROT trips on sunk current too",
        "interface monitoring as a watchdog (SYST:COMM:MON), so it is not used",
        "resistance mode for both directions, so it is not used",
    )
    error_query = ""
    causes = {  # noqa: RUF012 - read only
        1 << 0: "over-voltage",
        1 << 1: "over-current",
        1 << 2: "over-power",
        1 << 3: "over-temperature",
        1 << 13: "power fail",
        1 << 14: "master-slave fault",
    }
    clearing = "SYST:ERR?"

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A, positive into the bank, in one exchange.

        Raises:
            InstrumentError: no answer, no reading, or the voltage reads back differently.
        """
        command = f"VOLT {voltage:.3f};VOLT?;MEAS:CURR?"
        told, _, current = self._session.query(command).partition(";")
        self._compare(command, told, voltage)
        return -self._session.value(command, current)

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Set the regulation limits and the protections above which the output trips; all positive, A and V.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        limits = {
            "CURR": source_current,
            "SINK:CURR": sink_current,
            "VOLT:PROT": over_voltage,
            "CURR:PROT": over_current,
        }
        self._set("limits", limits, LIMIT_TOLERANCE)

    def limiting(self) -> bool:
        """Whether it regulates current, power or resistance instead of voltage.

        Raises:
            InstrumentError: no answer, or no register.
        """
        return bool(self._register("STAT:OPER:COND?") & (_CC | _CP | _CR))

    def _prepare(self) -> None:
        owner = self._told("SYST:LOCK ON", "SYST:LOCK:OWN?")
        if owner != "REMOTE":
            raise self._session.error(
                "SYST:LOCK ON", f"remote control not granted, {owner!r} holds it: leave the menu of its panel"
            )

    def _clear(self) -> None:
        self._session.query(self.clearing)
