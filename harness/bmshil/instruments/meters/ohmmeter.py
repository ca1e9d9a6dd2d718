"""A multimeter in generic SCPI that measures resistance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from typing import ClassVar

OPEN = 9.9e37
"""What a SCPI instrument answers above its highest range: SCPI-99 volume 1 section 7.2.1.4, infinity."""


class ScpiOhmmeter(SessionInstrument):
    """Ohmmeter role over ``MEAS:RES?``.

    Source: Keysight 34461A, Keithley DMM6500.
    """

    capabilities: ClassVar[Capability] = Capability.CONFIRMS

    def resistance(self) -> float:
        """Measure the resistance, ohm; infinite when the meter reads above its highest range.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        question = "MEAS:RES?"
        answer = self._session.query(question)
        return math.inf if is_open(answer) else self._session.value(question, answer)


def is_open(answer: str) -> bool:
    """Whether a meter reads above its highest range."""
    try:
        return float(answer) == OPEN
    except ValueError:  # with a unit, or no number at all
        return False
