"""Aim-TTi LD400P."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.loads.core import LOOKS, RELATIVE, RESIDUAL
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from bmshil.instruments.session import Session

TOLERANCE = {"C": 0.02, "V": 0.02, "P": 0.5, "R": 0.1}
"""How far a level may read back from what was set, A, V, W, ohm: resolution of its display."""


class AimttiLd400p(SessionInstrument):
    """Aim-TTi LD400P; the LD400 has no remote control.

    Its commands are its own: ``MODE C|P|R|G|V``, ``A <level>``, ``INP 1|0``, and replies repeat the command
    and carry units ("A 10.5W"). One question per message, since each is answered with a line of its own.
    There is no error queue: ``EER?`` tells the last refused value, and everything is read back. Reading the
    trip register clears it, so this driver remembers a trip until :meth:`clear_trip`.

    Source: Aim-TTi LD400 Instruction Manual 48511-1730, "Remote Commands" and "Status Reporting"; pymeasure's
    driver.
    """

    capabilities = (
        Capability.CONFIRMS | Capability.READ_BACK | Capability.MODES | Capability.POWER | Capability.TRIPS
    )
    maker = "Aim-TTi"
    models = "LD400P"
    verified = "instruction manual"
    unverified = (
        "which bit of the trip register is which protection",
        "whether a change of mode switches the input off",
        "command for its slew rate",
    )
    error_query: ClassVar[str] = ""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._trips = 0

    def set_power(self, power: float) -> None:
        """Select constant power and set it, W.

        Raises:
            InstrumentError: refused, another mode, or the power reads back differently.
        """
        self._regulate("P", power)

    def set_current(self, current: float) -> None:
        """Select constant current and set it, A, positive.

        Raises:
            InstrumentError: refused, another mode, or the current reads back differently.
        """
        self._regulate("C", current)

    def set_voltage(self, voltage: float) -> None:
        """Select constant voltage and set it, V.

        Raises:
            InstrumentError: refused, another mode, or the voltage reads back differently.
        """
        self._regulate("V", voltage)

    def set_resistance(self, resistance: float) -> None:
        """Select constant resistance and set it, ohm.

        Raises:
            InstrumentError: refused, another mode, or the resistance reads back differently.
        """
        self._regulate("R", resistance)

    def input(self, on: bool) -> None:
        """Switch the input.

        Raises:
            InstrumentError: refused, reads back otherwise, or a protection keeps it off.
        """
        command = f"INP {int(on)}"
        self._tell(command)
        if on and (cause := self.tripped()):
            raise self._session.error(command, f"a protection keeps the input off: {cause}")
        self._check_switch(command, self._ask("INP"), on)

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the load.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        return self._session.number("V?"), self._session.number("I?")

    def power(self) -> float:
        """Measure the power, W: voltage times current, one after the other.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        voltage, current = self.read()
        return voltage * current

    def off(self) -> None:
        """Input off, whatever went wrong before; works twice.

        Raises:
            InstrumentError: no answer, the input still reads on, or current still flows.
        """
        command = "INP 0;*OPC?"
        with self._session.insisting():
            self._session.query(command)
        self._check_switch(command, self._ask("INP"), on=False)
        for _ in range(LOOKS):
            current = self._session.number("I?")
            if abs(current) <= RESIDUAL:
                return
        raise self._session.error(command, f"the input reads off, but {current:g} A still flow")

    def tripped(self) -> str:
        """Which protection has switched it off, in words; empty when none has.

        Raises:
            InstrumentError: no answer, or no register.
        """
        self._trips |= int(self._session.number("ITR?"))
        return f"input trip register {self._trips}" if self._trips else ""

    def clear_trip(self) -> None:
        """Take the latch of a protection away; the input is switched off before, and stays off.

        Raises:
            InstrumentError: refused, the input reads on, or the protection still acts.
        """
        self.input(False)
        self.tripped()  # reading the register clears what no longer applies
        self._trips = 0
        if cause := self.tripped():
            raise self._session.error("ITR?", f"still tripped: {cause}; take the cause away first")

    def _regulate(self, mode: str, level: float) -> None:
        command = f"MODE {mode};LVLSEL A;A {level:.4f}"
        self._tell(command)
        for header, wanted in (("MODE", mode), ("LVLSEL", "A")):
            got = self._ask(header)
            if got != wanted:
                raise self._session.error(command, f"{header} reads back {got!r} instead of {wanted}")
        value = self._session.value("A?", self._ask("A"))
        if abs(value - level) > max(TOLERANCE[mode], RELATIVE * level):
            raise self._session.error(command, f"level: set {level:g}, but A reads back {value:g}")

    def _tell(self, command: str) -> None:
        """Give commands, and wait until they are done without an error."""
        refused = self._session.number(f"{command};EER?")
        if refused:
            raise self._session.error(command, f"refused: execution error {refused:g}")

    def _ask(self, header: str) -> str:
        """Ask by header; the answer repeats it."""
        answer = self._session.query(f"{header}?")
        name, _, value = answer.partition(" ")
        if name != header or not value:
            raise self._session.error(f"{header}?", f"answered {answer!r} instead of {header} and a value")
        return value.strip()
