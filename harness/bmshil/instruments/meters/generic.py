"""A multimeter in generic SCPI."""

from __future__ import annotations

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability


class ScpiMeter(SessionInstrument):
    """Meter role over ``MEAS:VOLT:DC?`` and ``MEAS:CURR:DC?``.

    The current is taken as wired: positive into the bank.

    Source: Keysight 34461A, Keithley DMM6500.
    """

    capabilities = Capability.CONFIRMS | Capability.CURRENT

    def voltage(self) -> float:
        """Measure the voltage, V.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        return self._session.number("MEAS:VOLT:DC?")

    def current(self) -> float:
        """Measure the current, A, positive into the bank.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        return self._session.number("MEAS:CURR:DC?")
