"""What the command sets of most electronic loads have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from bmshil.errors import InstrumentError

RESIDUAL = 0.5
"""Current that a load may read with its input off, A: the offset of a 240 A range."""

LOOKS = 5
"""How often the current is measured before a load counts as not off: its reading is a mean over a while."""

MODES = {
    "CURR": ("current", ("CURR", "CURRENT", "CC")),
    "VOLT": ("voltage", ("VOLT", "VOLTAGE", "CV")),
    "RES": ("resistance", ("RES", "RESISTANCE", "CR")),
    "POW": ("power", ("POW", "POWER", "CP", "CW")),
}
"""Header of a mode: what it holds constant, and how loads answer that they are in it."""

TOLERANCE = {"CURR": 0.02, "VOLT": 0.02, "POW": 0.5, "RES": 0.01}
"""How far a level may read back from what was set, A, V, W, ohm: resolution of common loads."""

RELATIVE = 0.001
"""The same as a fraction, for large values: loads count resistance in steps of its inverse."""


class CoreLoad(SessionInstrument):
    """Load role over ``FUNC``, ``CURR|VOLT|RES|POW``, ``INP`` and ``MEAS``.

    Off is the input switched off, read back, and no current measured. Never ``*RST``: a Keysight N3300
    switches its input on with it.

    Source: the core that Rigol DL3000, Siglent SDL1000X, ITECH IT8500+ and BK Precision 8600 share.
    """

    capabilities = Capability.CONFIRMS | Capability.READ_BACK | Capability.MODES | Capability.POWER
    residual: ClassVar[float] = RESIDUAL
    _on: bool = False

    def set_power(self, power: float) -> None:
        """Select constant power and set it, W.

        Raises:
            InstrumentError: refused, another mode, or the power reads back differently.
        """
        self._regulate("POW", power)

    def set_current(self, current: float) -> None:
        """Select constant current and set it, A, positive.

        Raises:
            InstrumentError: refused, another mode, or the current reads back differently.
        """
        self._regulate("CURR", current)

    def set_voltage(self, voltage: float) -> None:
        """Select constant voltage and set it, V.

        Raises:
            InstrumentError: refused, another mode, or the voltage reads back differently.
        """
        self._regulate("VOLT", voltage)

    def set_resistance(self, resistance: float) -> None:
        """Select constant resistance and set it, ohm.

        Raises:
            InstrumentError: refused, another mode, or the resistance reads back differently.
        """
        self._regulate("RES", resistance)

    def input(self, on: bool) -> None:
        """Switch the input.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        self._turn("INP", on)
        self._on = on

    def went_off(self) -> str:
        """Why it takes nothing although it was switched on, as far as its state tells; empty when it does.

        Raises:
            InstrumentError: no answer, or neither on nor off.
        """
        if not self._on or self._state("INP?", self._session.query(f"{self._first}INP?")):
            return ""
        return "its input reads off although it was switched on"

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the load.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        command = self._first + "MEAS:VOLT?;:MEAS:CURR?"
        voltage, _, current = self._session.query(command).partition(";")
        return self._session.value(command, voltage), self._session.value(command, current)

    def power(self) -> float:
        """Measure the power, W.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        return self._session.number(self._first + "MEAS:POW?")

    def off(self) -> None:
        """Input off, whatever went wrong before; works twice.

        Raises:
            InstrumentError: no answer, the input still reads on, or current still flows.
        """
        self._on = False
        command = f"{self._first}INP OFF;*OPC?;:INP?;:MEAS:CURR?"
        with self._session.insisting():
            answers = self._session.query(command).split(";")
        if len(answers) != 3:
            raise self._session.error(command, f"answered {answers} instead of done, state and current")
        self._check_switch(command, answers[1], on=False)
        self._check_no_current(command, answers[2])

    @property
    def _first(self) -> str:
        """What stands before every command, with its separator: remote control, or a channel."""
        return ""

    def _ranges(self, header: str) -> str:
        """What stands before a new level, with its separator: ranges that it needs."""
        del header
        return ""

    def _apply(self, command: str, *questions: str) -> list[str]:
        return self._session.apply(self._first + command, *questions)

    def _regulate(self, header: str, level: float) -> None:
        what, names = MODES[header]
        command = f"FUNC {header};:{self._ranges(header)}{header} {level:.4f}"
        mode, answer = self._apply(command, "FUNC?", f"{header}?")
        if mode.strip().strip('"').upper() not in names:
            raise self._session.error(command, f"mode reads back {mode!r} instead of {header}")
        got = self._session.value(f"{header}?", answer)
        if abs(got - level) > max(TOLERANCE[header], RELATIVE * abs(level)):
            raise self._not_set(command, f"{what}: set {level:g}", f"{header} reads back {got:g}")

    def _turn(self, header: str, on: bool) -> None:
        """Switch by header and refuse a read-back that says otherwise."""
        command = f"{header} {'ON' if on else 'OFF'}"
        (answer,) = self._apply(command, f"{header}?")
        self._check_switch(command, answer, on)

    def _put(self, what: str, header: str, value: float, tolerance: float, *, decimals: int = 4) -> float:
        """Set a value by its header; return what reads back, which may be off by ``tolerance``."""
        command = f"{header} {value:.{decimals}f}"
        (answer,) = self._apply(command, f"{header}?")
        got = self._session.value(f"{header}?", answer)
        if abs(got - value) > tolerance:
            raise self._not_set(command, f"{what}: set {value:g}", f"{header} reads back {got:g}")
        return got

    def _check_no_current(self, command: str, answer: str) -> None:
        for _ in range(LOOKS):
            current = self._session.value(command, answer)
            if abs(current) <= self.residual:
                return
            answer = self._session.query(self._first + "MEAS:CURR?")
        raise self._session.error(command, f"the input reads off, but {current:g} A still flow")

    def _not_set(self, command: str, wanted: str, found: str) -> InstrumentError:
        return self._session.error(command, f"{wanted}, but {found}")
