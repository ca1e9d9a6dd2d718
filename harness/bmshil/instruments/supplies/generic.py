"""A bidirectional DC supply in generic SCPI."""

from __future__ import annotations

from bmshil.instruments.reading import NO_READING
from bmshil.instruments.roles import Capability
from bmshil.instruments.supplies.core import RESISTANCE_TOLERANCE, TOLERANCE, SupplyDriver


class ScpiSupply(SupplyDriver):
    """Supply role over ``VOLT``, ``RES``, ``CURR``, ``CURR:NEG``, ``OUTP`` and ``MEAS``.

    The instrument counts current positive while sourcing; here it is positive into the bank that the supply
    plays, which is sinking.

    Source: the spellings that EA PSB 10000, ITECH IT-M3900 and TDK-Lambda GENESYS+ have in common with
    SCPI-99, and ``PROT:TRIP?`` and ``PROT:CLE`` of SCPI-99; ``CURR:NEG`` for the sink limit and ``STAT:LIM?``
    are this driver's own choice, not verified on an instrument.
    """

    capabilities = (
        Capability.CONFIRMS
        | Capability.SINK
        | Capability.RESISTANCE
        | Capability.PROTECTIONS
        | Capability.LIMITING
        | Capability.READ_BACK
        | Capability.TRIPS
    )
    models = "bidirectional supplies with CURR:NEG and RES"
    unverified = ("CURR:NEG for the sink limit", "RES for the series resistance", "STAT:LIM? for the limit")

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A, positive into the bank, in one exchange.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        command = f"VOLT {voltage:.4f};:MEAS:CURR?"
        reply = self._session.query(command)
        try:
            current = float(reply)
        except ValueError:
            current = self._session.value(command, reply)
        if not -NO_READING < current < NO_READING:
            current = self._session.value(command, reply)
        return -current

    def set_resistance(self, resistance: float) -> None:
        """Set the internal resistance, ohm.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        self._set("resistance", {"RES": resistance}, RESISTANCE_TOLERANCE, decimals=6)

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Set the regulation limits and the protections above which the output trips; all positive, A and V.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        limits = {
            "CURR": source_current,
            "CURR:NEG": sink_current,
            "VOLT:PROT": over_voltage,
            "CURR:PROT": over_current,
        }
        self._set("limits", limits, TOLERANCE)

    def limiting(self) -> bool:
        """Whether the current limit binds.

        Raises:
            InstrumentError: no answer, or neither yes nor no.
        """
        return self._ask_switch("STAT:LIM?")

    def tripped(self) -> str:
        """Which protection has switched it off, in words; empty when none has.

        Raises:
            InstrumentError: no answer, or neither yes nor no.
        """
        causes = {"VOLT:PROT:TRIP?": "over-voltage", "CURR:PROT:TRIP?": "over-current"}
        return ", ".join(cause for question, cause in causes.items() if self._ask_switch(question))

    def clear_trip(self) -> None:
        """Take the latch of a protection away. The output is told to be off before, and stays so.

        Raises:
            InstrumentError: refused, the output reads on, or the protection still holds.
        """
        command = "VOLT:PROT:CLE;:CURR:PROT:CLE"
        self._switch_off("OUTP")
        self._session.confirm(command)
        if cause := self.tripped():
            raise self._session.error(command, f"{cause} still holds: remove its cause first")

    def off(self) -> None:
        """Output off, whatever went wrong before.

        Raises:
            InstrumentError: no answer, or the output still reads on.
        """
        self._switch_off("OUTP")
