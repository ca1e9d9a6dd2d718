"""An electronic load in generic SCPI, in constant power."""

from __future__ import annotations

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability

TOLERANCE = 0.5
"""How far a power may read back from what was set, W: resolution of common loads."""


class ScpiLoad(SessionInstrument):
    """Load role over ``FUNC POW``, ``POW``, ``INP`` and ``MEAS:POW?``.

    Source: the core that Rigol DL3000, Siglent SDL1000X, ITECH IT8500+ and BK Precision 8600 share.
    """

    capabilities = Capability.CONFIRMS | Capability.READ_BACK

    def set_power(self, power: float) -> None:
        """Select constant power and set it, W.

        Raises:
            InstrumentError: refused, another mode, or the power reads back differently.
        """
        command = f"FUNC POW;:POW {power:.4f}"
        mode, level = self._session.apply(command, "FUNC?", "POW?")
        if not mode.strip().strip('"').upper().startswith("POW"):
            raise self._session.error(command, f"mode reads back {mode!r} instead of POW")
        got = self._session.value("POW?", level)
        if abs(got - power) > TOLERANCE:
            raise self._session.error(command, f"power: set {power:g}, but POW reads back {got:g}")

    def input(self, on: bool) -> None:
        """Switch the input.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        self._switch("INP", on)

    def power(self) -> float:
        """Measure the power, W.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        return self._session.number("MEAS:POW?")

    def off(self) -> None:
        """Input off, whatever went wrong before.

        Never by ``*RST``: a Keysight N3300 switches its input on with it.

        Raises:
            InstrumentError: no answer, or the input still reads on.
        """
        self._switch_off("INP")
