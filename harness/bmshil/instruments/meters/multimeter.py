"""What bench multimeters have in common: one input, one function at a time, means over line cycles."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Literal

from bmshil.errors import InputError
from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.meters.ohmmeter import is_open
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from typing import NoReturn

    from bmshil.errors import InstrumentError
    from bmshil.instruments.session import Session

Function = Literal["VOLT", "RES", "FRES"]

RANGE = 100.0
"""Fixed range of the voltage, V: no bank here has more than 60 V, and a range that is searched for costs
readings."""


class Multimeter(SessionInstrument, ABC):
    """Meter and ohmmeter role over ``READ?``, with two and four wires.

    Each reading asks in the same message what is being measured: a meter that somebody touched, or that was
    without power, never gives ohms for volts. It measures no current of the bank: the inputs of such meters
    end at 3 A or 10 A, so the bank's current is the supply's.

    Contact resistances below a milliohm are beyond its test current: they are voltage over current under
    load.

    Args:
        session: open session; owned from now on.
        nplc: line cycles over which one reading is a mean: whole ones, so that ripple of the mains is not
            in it.

    Raises:
        InputError: a number of line cycles that this meter cannot average.
    """

    capabilities = Capability.CONFIRMS | Capability.FOUR_WIRE
    options = frozenset({"nplc"})
    cycles: ClassVar[tuple[int, ...]]
    """Whole line cycles that it can average, and that end before the session's patience does."""
    ask_function: ClassVar[str]
    """How it is asked what it measures."""

    def __init__(self, session: Session, nplc: float = 1) -> None:
        super().__init__(session)
        if nplc not in self.cycles:
            known = ", ".join(str(one) for one in self.cycles)
            raise InputError(f"{session.name}: nplc {nplc:g}: a reading is a mean over {known} line cycles")
        self._nplc = int(nplc)
        self._configured: Function | None = None

    def voltage(self) -> float:
        """Measure the voltage, V.

        Raises:
            InstrumentError: no answer, no reading, or it measures something else.
        """
        question, answer = self._read("VOLT")
        return self._session.value(question, answer)

    def current(self) -> NoReturn:
        """Refuse: it cannot measure the current of a bank.

        Raises:
            InstrumentError: always.
        """
        raise self._session.error("current", "its input is too small for the bank: ask the supply")

    def resistance(self) -> float:
        """Measure a resistance with two wires, ohm, its leads included; infinite above the highest range.

        Raises:
            InstrumentError: no answer, no reading, or it measures something else.
        """
        return self._ohms("RES")

    def four_wire(self) -> float:
        """Measure a resistance with four wires, ohm, without the leads; infinite above the highest range.

        Raises:
            InstrumentError: no answer, no reading, or it measures something else.
        """
        return self._ohms("FRES")

    @abstractmethod
    def _configure(self, function: Function) -> None:
        """Choose a function, range and line cycles, and read all of it back."""

    def _ohms(self, function: Function) -> float:
        question, answer = self._read(function)
        return math.inf if is_open(answer) else self._session.value(question, answer)

    def _read(self, function: Function) -> tuple[str, str]:
        """Return question and answer."""
        if self._configured != function:
            self._configured = None
            self._configure(function)
            self._configured = function
        question = f"{self.ask_function};:READ?"
        present, _, answer = self._session.query(question).partition(";")
        if _function(present) != function:
            self._configured = None  # the next reading sets it up again
            raise self._lost(question, present, function)
        return question, answer

    def _check_function(self, answer: str, function: Function) -> None:
        if _function(answer) != function:
            raise self._lost(self.ask_function, answer, function)

    def _check_number(self, question: str, answer: str, wanted: float) -> None:
        got = self._session.value(question, answer)
        if abs(got - wanted) > 1e-3 * wanted:
            raise self._session.error(question, f"set {wanted:g}, but reads back {got:g}")

    def _lost(self, command: str, present: str, wanted: Function) -> InstrumentError:
        return self._session.error(
            command,
            f"measures {_function(present) or 'nothing known'} instead of {wanted}: was it switched off, or "
            "used from its front panel?",
        )


def _function(answer: str) -> str:
    return answer.strip().strip('"').upper().removesuffix(":DC")
