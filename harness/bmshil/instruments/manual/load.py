"""A load without remote control: a heater, a bank of lamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.manual.by_hand import ByHand
from bmshil.instruments.roles import Capability

if TYPE_CHECKING:
    from typing import Any


class ManualLoad(ByHand):
    """Load role by hand: the operator sets the power, switches and reads."""

    capabilities = Capability.POWER

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as ByHand
        super().__init__(*args, **options)
        self._stands_at: float | None = None

    def set_power(self, power: float) -> None:
        """Have the power set, W, unless it stands there already.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        if self._stands_at is None or abs(power - self._stands_at) >= 1.0:
            self._operator.ask(f"set its power to {power:.0f} W")
            self._stands_at = power

    def input(self, on: bool) -> None:
        """Have the input switched.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self._switch("its input", on)

    def power(self) -> float:
        """Have the power read, W.

        Raises:
            InstrumentError: nobody is there, or not read.
        """
        return self._number("its power", "W")

    def off(self) -> None:
        """Have the input switched off; nobody's word means that it may be on.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self.input(False)
