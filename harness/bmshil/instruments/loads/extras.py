"""What some electronic loads can do beyond the core, one part each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bmshil.instruments.loads.core import CoreLoad

if TYPE_CHECKING:
    from collections.abc import Mapping

PER_MICROSECOND = 1e-6
"""A/us for one A/s: what most loads count slew rates in."""

SLEW_TOLERANCE = 0.02
"""How far a slew rate may read back from what was set, as a fraction."""

SHUTDOWN = {
    1: "over-current",
    3: "over-power",
    4: "over-temperature",
    11: "reverse voltage",
    12: "over-voltage",
    13: "protection shutdown",
}
"""Bits of the status register that the HP 6050A family of commands uses, where one means a shutdown."""


class Slewing(CoreLoad):
    """The current moves at a set rate, up and down."""

    slew_headers: ClassVar[tuple[str, ...]] = ("CURR:SLEW:POS", "CURR:SLEW:NEG")
    slew_unit: ClassVar[float] = PER_MICROSECOND
    """Of the instrument's unit for 1 A/s."""

    def set_slew(self, rate: float) -> None:
        """Set how fast the current moves, A/s, up and down.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        value = rate * self.slew_unit
        for header in self.slew_headers:
            self._put("slew rate", header, value, SLEW_TOLERANCE * value, decimals=6)


class Shorting(CoreLoad):
    """Makes a short circuit."""

    short_header: ClassVar[str] = "INP:SHOR"

    def short(self, on: bool) -> None:
        """Make a short circuit, or end it. It acts while the input is on.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        self._turn(self.short_header, on)


class Sensing(CoreLoad):
    """Measures and regulates at the far end of its wires."""

    sense_header: ClassVar[str] = "SYST:SENS"

    def sense(self, remote: bool) -> None:
        """Regulate and measure at the far end of the wires.

        Raises:
            InstrumentError: refused, or reads back otherwise.
        """
        self._turn(self.sense_header, remote)


class Protecting(CoreLoad):
    """Switches itself off above a set current or power."""

    protected: ClassVar[tuple[str, ...]] = ("CURR:PROT:LEV", "POW:PROT:LEV")
    protection_switches: ClassVar[tuple[str, ...]] = ("CURR:PROT:STAT",)

    def set_protections(self, *, over_current: float, over_power: float) -> None:
        """Set the current, A, and the power, W, above which the input trips, and arm them.

        Raises:
            InstrumentError: refused, or one of them reads back differently.
        """
        for header, level, tolerance in zip(
            self.protected, (over_current, over_power), (0.02, 0.5), strict=True
        ):
            self._put("protection", header, level, tolerance)
        for header in self.protection_switches:
            self._turn(header, on=True)


class Tripping(CoreLoad):
    """Tells that a protection has switched it off, from its status register.

    Its input may go on reading as on: an AMETEK PLA does so after a trip.
    """

    trip_question: ClassVar[str] = "STAT:QUES:COND?"
    trip_bits: ClassVar[Mapping[int, str]] = SHUTDOWN
    trip_clear: ClassVar[str] = ":PROT:CLE"

    def input(self, on: bool) -> None:
        """Switch the input.

        Raises:
            InstrumentError: refused, reads back otherwise, or a protection keeps it off.
        """
        super().input(on)
        if on and (cause := self.tripped()):
            raise self._session.error("INP ON", f"reads on, but a protection keeps the input off: {cause}")

    def tripped(self) -> str:
        """Which protection has switched it off, in words; empty when none has.

        Raises:
            InstrumentError: no answer, or no register.
        """
        register = int(self._session.number(self._first + self.trip_question))
        return ", ".join(name for bit, name in self.trip_bits.items() if register >> bit & 1)

    def clear_trip(self) -> None:
        """Take the latch of a protection away; the input is switched off before, and stays off.

        Some loads come back to the state before the trip, which was on.

        Raises:
            InstrumentError: refused, the input reads on, or the protection still acts.
        """
        command = f"INP OFF;{self.trip_clear}"
        (answer,) = self._apply(command, "INP?")
        self._check_switch(command, answer, on=False)
        if cause := self.tripped():
            raise self._session.error(command, f"still tripped: {cause}; take the cause away first")
