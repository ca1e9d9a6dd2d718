"""The Keithley DMM6500."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.instruments.meters.multimeter import RANGE, Multimeter

if TYPE_CHECKING:
    from bmshil.errors import InstrumentError
    from bmshil.instruments.meters.multimeter import Function
    from bmshil.instruments.session import Session

_TERMINALS = {"front": "FRON", "rear": "REAR"}


class KeithleyDmm6500(Multimeter):
    """Meter and ohmmeter over ``SENS:FUNC``, ``NPLC`` and ``READ?``.

    Its front and rear inputs are chosen by a switch that no command moves. So whenever it is set up, it is
    asked which ones are in use: leads at the other ones would read as nothing, or as 0 V.

    It has to speak SCPI; the other languages of the same instrument understand none of this.

    Args:
        session: open session; owned from now on.
        nplc: line cycles over which one reading is a mean.
        terminals: where the leads are: front or rear.

    Raises:
        InputError: a number of line cycles that this meter cannot average, or unknown terminals.

    Source: the driver of pymeasure for the DMM6500: ``:SENS:FUNC "FRES"``, ``:SENS:FRES:RANG``,
    ``:SENS:FRES:NPLC``, ``ROUT:TERM?``.
    """

    maker = "Keithley"
    models = "DMM6500"
    verified = "driver source of pymeasure"
    unverified = ("SENS:FUNC? in one message with READ?",)
    options = frozenset({"nplc", "terminals"})
    cycles = (1, 2, 5, 10)
    ask_function = "SENS:FUNC?"

    def __init__(self, session: Session, nplc: float = 1, terminals: str = "front") -> None:
        super().__init__(session, nplc)
        if terminals not in _TERMINALS:
            raise InputError(f"{session.name}: terminals {terminals!r}: take front or rear")
        self._terminals = terminals

    def _configure(self, function: Function) -> None:
        header = f"SENS:{function}"
        name = "VOLT:DC" if function == "VOLT" else function
        if function == "VOLT":
            fixed, ranging, expected = f"RANG {RANGE:g}", f"{header}:RANG?", RANGE
        else:
            fixed, ranging, expected = "RANG:AUTO ON", f"{header}:RANG:AUTO?", 1.0
        command = f'SENS:FUNC "{name}";:{header}:{fixed};:{header}:NPLC {self._nplc}'
        present, cycles, reach, inputs = self._session.apply(
            command, self.ask_function, f"{header}:NPLC?", ranging, "ROUT:TERM?"
        )
        self._check_function(present, function)
        self._check_number(f"{header}:NPLC?", cycles, self._nplc)
        self._check_number(ranging, reach, expected)
        if inputs.strip().upper() != _TERMINALS[self._terminals]:
            raise self._wrong_inputs(inputs)

    def _wrong_inputs(self, inputs: str) -> InstrumentError:
        return self._session.error(
            "ROUT:TERM?",
            f"measures at {inputs!r}, but the leads are at its {self._terminals}: press the switch between "
            "front and rear",
        )
