"""A supply that cannot take current and a load beside it: together they play the bank's terminals.

The load takes a constant current all the time, and the supply, behind a diode, delivers what the device does
not. So nothing has to follow the device when it changes its current, at the price of heat: the load turns its
whole current into it. The largest charging current is that of the load; above it the diode blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from bmshil.errors import BmsHilError, InstrumentError
from bmshil.instruments import Capability

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.instruments import Load, Supply
    from bmshil.rig.equipment import Ratings

BLOCKED = 0.01
"""The diode counts as blocking when the supply delivers less than this share of the load's current."""

LEARN = 0.02
"""Share of a deviation of the drop that one step learns: some 50 steps for it, slower than a current."""

STEADY = 0.02
"""The drop is only learnt while the set-point moves by less than this from step to step, V."""

LARGEST_DROP = 2.0
"""No diode drops more, V: what looks like it is another fault."""


class Sink(Protocol):
    """What the pair needs of its load: constant current, and measuring."""

    def set_current(self, current: float) -> None:
        """Select constant current and set it, A, positive."""

    def input(self, on: bool) -> None:
        """Switch the input and check that it did."""

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the load."""


class Pair:
    """Looks like one supply that takes current; currents are positive into the bank.

    Args:
        supply: behind the diode.
        load: at the bank's terminals; needs ``Capability.MODES``.
        diode: what the diode drops, V; learnt from there on.
        supply_rating: of this supply.
        load_rating: of this load.

    Attributes:
        capabilities: those of the supply, and taking current; confirming only where both do.
    """

    def __init__(
        self, supply: Supply, load: Load, *, diode: float, supply_rating: Ratings, load_rating: Ratings
    ) -> None:
        self._supply = supply
        self._load = load
        self._sink = cast("Sink", load)
        self._supply_rating = supply_rating
        self._load_rating = load_rating
        both = supply.capabilities & load.capabilities
        kept = Capability.RESISTANCE | Capability.PROTECTIONS
        self.capabilities = (
            (supply.capabilities & kept)
            | (both & (Capability.CONFIRMS | Capability.READ_BACK))
            | Capability.SINK
            | Capability.LIMITING
        )
        self._drop = diode
        self._ohms = 0.0
        self._taken = 0.0
        self._level = self._sent = 0.0
        self._on = False
        self._supplied = 0.0

    @property
    def identity(self) -> str:
        """What both answered when asked who they are."""
        return f"{self._supply.identity} with {self._load.identity}"

    @property
    def drop(self) -> float:
        """What the diode drops, as far as it has been learnt, V."""
        return self._drop

    def set_voltage(self, voltage: float) -> None:
        """Set the voltage of the bank's terminals without current, V.

        Raises:
            InstrumentError: the supply refused.
        """
        self._level = voltage
        self._sent = self._lifted(voltage)
        self._supply.set_voltage(self._sent)

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A: what the load takes less what the supply delivers.

        Raises:
            InstrumentError: no answer of one of them, or no reading.
        """
        before, self._level, self._sent = self._sent, voltage, self._lifted(voltage)
        self._supplied = -self._supply.set_voltage_and_read_current(self._sent)
        volts, taken = self._sink.read()
        if abs(self._sent - before) < STEADY:
            self._learn(before, volts)
        return taken - self._supplied

    def set_resistance(self, resistance: float) -> None:
        """Set the resistance of the bank's terminals, ohm: the supply's, which the load's current lifts.

        Raises:
            InstrumentError: the supply refused.
        """
        self._supply.set_resistance(resistance)
        self._ohms = resistance
        self.set_voltage(self._level)

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Set the load to ``sink_current``, as far as it can, and the supply to deliver that too.

        Raises:
            InstrumentError: refused, or reads back differently.
        """
        self._taken = min(
            sink_current,
            self._load_rating.current or sink_current,
            (self._load_rating.power or float("inf")) / over_voltage,
        )
        self._sink.set_current(self._taken)
        source = min(source_current + self._taken, self._supply_rating.current or float("inf"))
        self._supply.set_limits(
            source_current=source,
            sink_current=0.0,
            over_voltage=over_voltage,
            over_current=source * over_current / source_current,
        )

    def output(self, on: bool) -> None:
        """Switch both: on with the supply first, off whatever one of them does.

        Raises:
            InstrumentError: one refused, or reads back otherwise.
        """
        if not on:
            self._on = False
            self._both(lambda: self._supply.output(False), lambda: self._load.input(False))
            return
        self._supply.output(True)
        self._load.input(True)
        self._on = True
        self.set_voltage(self._level)

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, at the load, which is at the bank's terminals, and current, A.

        Raises:
            InstrumentError: no answer of one of them, or no reading.
        """
        into = self._supply.read()[1]
        volts, taken = self._sink.read()
        return volts, taken + into

    def limiting(self) -> bool:
        """Whether the diode blocks, so that the load bounds the current, or the supply is in its own limit.

        Raises:
            InstrumentError: no answer of the supply.
        """
        if self._on and self._supplied < BLOCKED * self._taken:
            return True
        return Capability.LIMITING in self._supply.capabilities and self._supply.limiting()

    def off(self) -> None:
        """Both off and checked; works after an error, and twice.

        Raises:
            InstrumentError: one of them could not be switched off; the other one has been.
        """
        self._on = False
        self._both(self._supply.off, self._load.off)

    def disconnect(self) -> None:
        """Let go of both without switching anything; may be called twice."""
        self._supply.disconnect()
        self._load.disconnect()

    def _lifted(self, voltage: float) -> float:
        """What the supply is set to for a voltage at the terminals, V: it drops on the way."""
        return voltage + self._drop + (self._ohms * self._taken if self._on else 0.0)

    def _learn(self, sent: float, volts: float) -> None:
        """Learn what the diode drops at present: its voltage changes with current and warmth."""
        if self._on and self._supplied > BLOCKED * self._taken:
            seen = min(max(sent - self._ohms * self._supplied - volts, 0.0), LARGEST_DROP)
            self._drop += LEARN * (seen - self._drop)

    @staticmethod
    def _both(*works: Callable[[], None]) -> None:
        """Do one and the other, whatever happens."""
        failed: list[str] = []
        for work in works:
            try:
                work()
            except BmsHilError as error:
                failed.append(str(error))
        if failed:
            raise InstrumentError("; ".join(failed))
