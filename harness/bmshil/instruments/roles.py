"""What an instrument does for the bench, whoever made it: supply, load, meter, relays, ohmmeter.

A lab's own class may stand behind a role: it needs the members listed here, and
``connect(name, resource, journal=..., **options)`` as its way to be made.
"""

from __future__ import annotations

from enum import Flag, auto
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from typing import Self

    from bmshil.journal import Journal

RELAY_ROLES = (
    "dc_main",
    "dc_precharge",
    "dc_discharge",
    "ac_grid",
    "ac_load",
    "pv",
    "can_break",
    "can_term_a",
    "can_term_b",
    "estop",
)
"""What a relay can be for. The names are fixed, so that every rig file and test speaks of the same thing."""


class Capability(Flag):
    """What an instrument can do beyond its role."""

    NONE = 0
    CONFIRMS = auto()
    """Says when a setting is done. Without it the instrument is refused on simulated time."""
    SINK = auto()
    """A supply that takes current as well."""
    RESISTANCE = auto()
    """A supply with a programmable internal resistance."""
    PROTECTIONS = auto()
    """Switches itself off above a set voltage or current."""
    LIMITING = auto()
    """Tells whether it regulates current instead of voltage."""
    WATCHDOG = auto()
    """Switches itself off when nobody speaks to it."""
    CURRENT = auto()
    """A meter that measures current too."""
    READ_BACK = auto()
    """Tells its state; by software, not by sensing contacts, unless its driver says otherwise."""


class Instrument(Protocol):
    """What all roles share.

    Attributes:
        capabilities: what this kind of instrument can do.
        identity: what it answered when asked who it is.
    """

    capabilities: ClassVar[Capability]

    @property
    def identity(self) -> str:
        """What it answered when asked who it is."""

    @classmethod
    def connect(cls, name: str, resource: str, *, journal: Journal | None = None, **options: Any) -> Self:  # noqa: ANN401 - whatever a rig file holds
        """Open the connection and check who answers.

        Raises:
            InstrumentError: refused, silent, or another instrument.
            InputError: an option that this driver does not know.
        """

    def disconnect(self) -> None:
        """Let go of it without switching anything; may be called twice."""


class Supply(Instrument, Protocol):
    """A DC supply that plays the terminals of the bank. Currents are positive into the bank: sinking."""

    def set_voltage(self, voltage: float) -> None:
        """Set the open-circuit voltage, V."""

    def set_voltage_and_read_current(self, voltage: float) -> float:
        """Set the voltage, V, and measure the current, A, in one exchange: the control loop's step."""

    def set_resistance(self, resistance: float) -> None:
        """Set the internal resistance, ohm."""

    def set_limits(
        self, *, source_current: float, sink_current: float, over_voltage: float, over_current: float
    ) -> None:
        """Set regulation limits (A, A) and the protections above which it trips (V, A); all positive."""

    def output(self, on: bool) -> None:
        """Switch the output and check that it did."""

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A."""

    def limiting(self) -> bool:
        """Whether the current limit binds, so that the voltage is not the one set."""

    def off(self) -> None:
        """Output off and checked; works after an error, and twice."""


class Load(Instrument, Protocol):
    """An electronic load in constant power."""

    def set_power(self, power: float) -> None:
        """Set the power, W."""

    def input(self, on: bool) -> None:
        """Switch the input and check that it did."""

    def power(self) -> float:
        """Measure the power, W."""

    def off(self) -> None:
        """Input off and checked; works after an error, and twice."""


class Meter(Instrument, Protocol):
    """A voltmeter at the DUT's DC terminals."""

    def voltage(self) -> float:
        """Measure the voltage, V."""

    def current(self) -> float:
        """Measure the current, A, positive into the bank; needs ``Capability.CURRENT``."""


class Ohmmeter(Instrument, Protocol):
    """A meter between CAN-H and CAN-L, which reads right only while nothing on the cable has power."""

    def resistance(self) -> float:
        """Measure the resistance, ohm; infinite where nothing connects the two lines."""


class Relays(Instrument, Protocol):
    """Relays by role.

    Attributes:
        roles: the roles that are wired on this rig.
    """

    @property
    def roles(self) -> frozenset[str]:
        """The roles that are wired on this rig."""

    def close(self, role: str) -> None:
        """Close one relay and read it back."""

    def open(self, role: str) -> None:
        """Open one relay and read it back."""

    def closed(self, role: str) -> bool:
        """Whether a relay reads as closed."""

    def open_all(self) -> None:
        """Open every wired relay and read them back; works after an error, and twice."""
