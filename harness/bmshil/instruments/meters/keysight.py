"""The Keysight 34461A and its sisters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.meters.multimeter import RANGE, Multimeter

if TYPE_CHECKING:
    from bmshil.instruments.meters.multimeter import Function


class Keysight34461A(Multimeter):
    """Meter and ohmmeter over ``CONF``, ``NPLC`` and ``READ?``.

    ``CONF`` sets everything else to its default, also what was set from the front panel; ``MEAS`` is not
    used, since it sets the line cycles to its own choice. Above the highest range it answers 9.9E37.

    Source: the drivers of QCoDeS and InstrumentKit for the 34401A to 34470A: ``CONF:RES``, ``CONF:FRES``,
    ``FRES:NPLC``, ``FRES:RANG``, ``READ?``.
    """

    maker = "Keysight"
    models = "34461A, also 34460A, 34465A, 34470A"
    verified = "driver sources of QCoDeS and InstrumentKit"
    unverified = ("volts by CONF:VOLT:DC and VOLT:DC:NPLC", "FUNC? in one message with READ?")
    cycles = (1, 10)
    ask_function = "FUNC?"

    def _configure(self, function: Function) -> None:
        if function == "VOLT":
            header, fixed = "VOLT:DC", f" {RANGE:g}"
            ranging, expected = f"{header}:RANG?", RANGE
        else:
            header, fixed = function, ""
            ranging, expected = f"{header}:RANG:AUTO?", 1.0
        command = f"CONF:{header}{fixed};:{header}:NPLC {self._nplc}"
        present, cycles, reach = self._session.apply(command, self.ask_function, f"{header}:NPLC?", ranging)
        self._check_function(present, function)
        self._check_number(f"{header}:NPLC?", cycles, self._nplc)
        self._check_number(ranging, reach, expected)
