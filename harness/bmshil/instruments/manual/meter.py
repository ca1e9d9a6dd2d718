"""A multimeter without remote control."""

from __future__ import annotations

import math

from bmshil.instruments.manual.by_hand import ByHand
from bmshil.instruments.roles import Capability


class ManualMeter(ByHand):
    """Meter and ohmmeter role by hand: the operator reads the display.

    As the ohmmeter between the CAN lines it is all that is needed. As the meter at the terminals of the
    device it cannot serve the control loop, which reads several times a second.
    """

    capabilities = Capability.CURRENT

    def voltage(self) -> float:
        """Have the voltage read, V.

        Raises:
            InstrumentError: nobody is there, or not read.
        """
        return self._number("the voltage at the terminals of the device", "V")

    def current(self) -> float:
        """Have the current read, A, positive into the bank.

        Raises:
            InstrumentError: nobody is there, or not read.
        """
        return self._number("the current of the bank, with a minus while it discharges", "A")

    def resistance(self) -> float:
        """Have the resistance read, ohm; infinite where "open" is typed.

        Raises:
            InstrumentError: nobody is there, or not read.
        """
        value = self._operator.read("the resistance between CAN-H and CAN-L, or type open", "ohm")
        return math.inf if value is None else value
