"""A DC supply without remote control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.manual.by_hand import ByHand

if TYPE_CHECKING:
    from typing import Any, NoReturn

KNOB = 0.05
"""As fine as a knob can be turned, V: a smaller change is not asked for."""


class ManualSupply(ByHand):
    """Supply role by hand: the operator turns the knobs and reads the dials.

    It cannot play a bank in the control loop, which moves its voltage several times a second.
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as ByHand
        super().__init__(*args, **options)
        self._stands_at: float | None = None

    def set_voltage(self, voltage: float) -> None:
        """Have the voltage set, V, unless it stands there already.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        if self._stands_at is None or abs(voltage - self._stands_at) >= KNOB:
            self._operator.ask(f"set its voltage to {voltage:.2f} V")
            self._stands_at = voltage

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Have the voltage set, V, and the current read, A, positive into the bank.

        Raises:
            InstrumentError: nobody is there, refused, or not read.
        """
        self.set_voltage(voltage)
        return self._current()

    def set_resistance(self, resistance: float) -> NoReturn:
        """Refuse: nobody sets an internal resistance by hand.

        Raises:
            InstrumentError: always.
        """
        raise self.error(f"resistance {resistance:g}", "it has no internal resistance that could be set")

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Have limits and protections set; all positive, A and V.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self._operator.ask(
            f"set its limits to {source_current:.1f} A out and {sink_current:.1f} A in, and its protections "
            f"to {over_voltage:.1f} V and {over_current:.1f} A"
        )

    def output(self, on: bool) -> None:
        """Have the output switched.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self._switch("its output", on)

    def read(self) -> tuple[float, float]:
        """Have voltage, V, and current, A, positive into the bank, read.

        Raises:
            InstrumentError: nobody is there, or not read.
        """
        return self._number("the voltage at its terminals", "V"), self._current()

    def limiting(self) -> bool:
        """Have somebody look whether the current limit binds.

        Raises:
            InstrumentError: nobody is there, or neither yes nor no.
        """
        return self._operator.says_yes("it limits the current (CC)")

    def off(self) -> None:
        """Have the output switched off; nobody's word means that it may be on.

        Raises:
            InstrumentError: nobody is there, or it was refused.
        """
        self.output(False)

    def _current(self) -> float:
        return self._number("its current, with a minus while it gives current", "A")
