"""What the supplies of all makers share: one order of steps, whatever their words."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from bmshil.instruments.instrument import SessionInstrument

TOLERANCE = 0.02
"""How far a set voltage may read back from what was set, V: resolution of common supplies."""

LIMIT_TOLERANCE = 0.1
"""The same for limits and protections, A or V, which matter less and are coarser on large units."""

RESISTANCE_TOLERANCE = 0.0005
"""The same for the internal resistance, ohm: a bank of three packs has 8 mohm."""

RESIDUAL = 2.0
"""Current that a supply may read after it was switched off, A: its offset, and what still decays."""

LOOKS = 5
"""How often the current is looked at before it counts as still flowing: a reading may be an old mean."""


class SupplyDriver(SessionInstrument):
    """A supply that counts current positive while it sources, and regulates voltage up to a current limit.

    A model says how its commands are spelt. Nothing here ever sends ``*RST``: a reset is no way to be off.

    Attributes:
        voltage: header of the set-point.
        state: header of the output.
        switched: how the output is told to be off, and on.
        measured: questions for voltage and current.
    """

    voltage: ClassVar[str] = "VOLT"
    state: ClassVar[str] = "OUTP"
    switched: ClassVar[tuple[str, str]] = ("OFF", "ON")
    measured: ClassVar[tuple[str, str]] = ("MEAS:VOLT?", "MEAS:CURR?")
    _on: bool = False

    def set_voltage(self, voltage: float) -> None:
        """Set the voltage, V.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        self._set("voltage", {self.voltage: voltage}, TOLERANCE)

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A, positive into the bank, in one exchange.

        Raises:
            InstrumentError: no answer, no reading, or the voltage reads back differently.
        """
        command = f"{self.voltage} {voltage:.4f};:{self.voltage}?;:{self.measured[1]}"
        told, _, current = self._session.query(command).partition(";")
        self._compare(command, told, voltage)
        return -self._session.value(command, current)

    def set_resistance(self, resistance: float) -> None:
        """Refuse: this supply has no internal resistance that plays a battery.

        Raises:
            InstrumentError: always; look for ``Capability.RESISTANCE`` first.
        """
        self._lack(f"a programmable resistance, so {resistance:g} ohm were not set")

    def output(self, on: bool) -> None:
        """Switch the output. One that a protection holds off is not switched on.

        Raises:
            InstrumentError: refused, reads back otherwise, or a protection has tripped.
        """
        if on and (cause := self._held_off()):
            raise self._session.error(
                f"{self.state} {self.switched[True]}",
                f"not switched on, because a protection has tripped: {cause}; find out why, then clear it",
            )
        self._switch(self.state, on)
        self._on = on

    def went_off(self) -> str:
        """Why it plays nothing although it was switched on, as far as its state tells; empty when it does.

        Raises:
            InstrumentError: no answer, or neither on nor off.
        """
        if not self._on or self._ask_switch(f"{self.state}?"):
            return ""
        return "its output reads off although it was switched on"

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the bank.

        Raises:
            InstrumentError: no answer, or no reading.
        """
        command = ";:".join(self.measured)
        voltage, _, current = self._session.query(command).partition(";")
        return self._session.value(command, voltage), -self._session.value(command, current)

    def limiting(self) -> bool:
        """Refuse: this supply does not tell whether its current limit binds.

        Raises:
            InstrumentError: always; look for ``Capability.LIMITING`` first.
        """
        self._lack("a way to tell that its limit binds")

    def off(self) -> None:
        """Output off, whatever went wrong before, and no current any more; works twice.

        Raises:
            InstrumentError: no answer, the output still reads on, or current still flows.
        """
        self._on = False
        self._switch_off(self.state)
        for _ in range(LOOKS):
            current = self._session.number(self.measured[1])
            if abs(current) <= RESIDUAL:
                return
        raise self._session.error(
            f"{self.state} {self.switched[False]}", f"the output reads off, but {current:g} A still flow"
        )

    def _held_off(self) -> str:
        """Which protection holds the output off, in words; empty where nobody can tell."""
        return ""

    def _switch(self, header: str, on: bool) -> None:
        command = f"{header} {self.switched[on]}"
        (answer,) = self._session.apply(command, f"{header}?")
        self._check_switch(command, answer, on)

    def _switch_off(self, header: str) -> None:
        command = f"{header} {self.switched[False]};*OPC?;:{header}?"
        with self._session.insisting():
            done, _, answer = self._session.query(command).partition(";")
        if not answer:
            raise self._session.error(command, f"answered {done!r} instead of done and state")
        self._check_switch(command, answer, on=False)

    def _register(self, question: str) -> int:
        """Ask for the bits of a register."""
        return int(self._session.number(question))

    def _compare(self, command: str, answer: str, wanted: float) -> None:
        """Refuse a voltage that reads back differently."""
        told = self._session.value(command, answer)
        if abs(told - wanted) > TOLERANCE:
            raise self._session.error(
                command, f"voltage: set {wanted:g}, but {self.voltage} reads back {told:g}"
            )

    def _lack(self, what: str) -> NoReturn:
        raise self._session.error("nothing", f"{type(self).__name__} has not {what}")
