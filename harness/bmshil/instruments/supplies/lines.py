"""Supplies whose documents do not promise that a message may hold more than one command."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.supplies.core import SupplyDriver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.session import Session


class LineSupply(SupplyDriver):
    """A supply that gets one command in a line.

    A command goes out alone, and the question after it answers for both, because commands are carried out in
    their order. What the instrument refuses shows in the read-back.

    Attributes:
        decimals: of a set value.
    """

    decimals: ClassVar[int] = 3

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._wanted: float | None = None

    def set_voltage(self, voltage: float) -> None:
        """Set the voltage, V.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        self._wanted = voltage
        super().set_voltage(voltage)

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A, positive into the bank: one question.

        Whether the voltage was taken is looked at by :meth:`limiting`, which the control loop calls now and
        then.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        self._wanted = voltage
        self._session.write(f"{self.voltage} {voltage:.{self.decimals}f}")
        return -self._session.number(self.measured[1])

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the bank, one after the other.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        voltage, current = self.measured
        return self._session.number(voltage), -self._session.number(current)

    def _check_voltage(self) -> None:
        """Refuse a voltage that is not the one last set."""
        if self._wanted is not None:
            question = f"{self.voltage}?"
            self._compare(question, self._session.query(question), self._wanted)

    def _set(
        self, what: str, values: Mapping[str, float], tolerance: float, *, decimals: int | None = None
    ) -> None:
        for header, wanted in values.items():
            command = f"{header} {wanted:.{self.decimals if decimals is None else decimals}f}"
            got = self._session.value(f"{header}?", self._told(command, f"{header}?"))
            if abs(got - wanted) > tolerance:
                raise self._session.error(command, f"{what}: set {wanted:g}, but {header} reads back {got:g}")

    def _switch(self, header: str, on: bool) -> None:
        command = f"{header} {self.switched[on]}"
        self._check_switch(command, self._told(command, f"{header}?"), on)

    def _switch_off(self, header: str) -> None:
        with self._session.insisting():
            self._switch(header, False)

    def _told(self, command: str, question: str) -> str:
        self._session.write(command)
        return self._session.query(question)
