"""What an instrument does for the bench, whoever made it: supply, load, meter, relays, ohmmeter, permit.

A lab's own class may stand behind a role: it needs the members listed here, those that its capabilities
promise (``MEMBERS``), and ``connect(name, resource, journal=..., **options)`` as its way to be made.
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

PERMIT = "permit"
"""What the energise-to-run relay is called among the channels of its board."""


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
    TRIPS = auto()
    """Tells that a protection has switched it off, and which."""
    MODES = auto()
    """A load that takes constant current, voltage or resistance too."""
    POWER = auto()
    """A load that takes constant power: what stands on the AC side must."""
    SLEW = auto()
    """A load whose current moves at a set rate."""
    SHORT = auto()
    """A load that makes a short circuit."""
    SENSE = auto()
    """Measures and regulates at the far end of its wires."""
    TIMER = auto()
    """A load that switches itself off a set time after it was switched on."""
    FOUR_WIRE = auto()
    """A meter that takes the resistance of its own wires out."""
    TIMED = auto()
    """A relay that closes for a set time and opens by itself, whatever becomes of the computer."""


MEMBERS: dict[Capability, tuple[str, ...]] = {
    Capability.WATCHDOG: ("arm_watchdog", "disarm_watchdog"),
    Capability.TRIPS: ("tripped", "clear_trip"),
    Capability.MODES: ("set_current", "set_voltage", "set_resistance", "read"),
    Capability.SLEW: ("set_slew",),
    Capability.SHORT: ("short",),
    Capability.SENSE: ("sense",),
    Capability.TIMER: ("limit_on_time",),
    Capability.FOUR_WIRE: ("four_wire",),
    Capability.TIMED: ("hold",),
}
"""What an instrument has beyond the members of its role, by capability; see :class:`Extras`."""


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


class Extras(Protocol):
    """What an instrument has where its capabilities promise it; nobody has all of it."""

    def arm_watchdog(self, seconds: float) -> float:
        """Let it switch itself off after a silence; returns the time that it has set, s."""

    def disarm_watchdog(self) -> None:
        """Let it stay as it is, however long nobody speaks to it."""

    def tripped(self) -> str:
        """Which protection has switched it off, in words; empty when none has."""

    def clear_trip(self) -> None:
        """Take the latch of a protection away; the output stays off."""

    def set_current(self, current: float) -> None:
        """Select constant current and set it, A, positive."""

    def set_voltage(self, voltage: float) -> None:
        """Select constant voltage and set it, V."""

    def set_resistance(self, resistance: float) -> None:
        """Select constant resistance and set it, ohm."""

    def read(self) -> tuple[float, float]:
        """Measure voltage, V, and current, A, positive into the load."""

    def set_slew(self, rate: float) -> None:
        """Set how fast the current moves, A/s, up and down."""

    def short(self, on: bool) -> None:
        """Make a short circuit, or end it."""

    def sense(self, remote: bool) -> None:
        """Regulate and measure at the far end of the wires."""

    def limit_on_time(self, seconds: float) -> float:
        """Let it switch off so long after the next switching on; returns the time that it has set, s."""

    def four_wire(self) -> float:
        """Measure a resistance with four wires, ohm."""

    def hold(self, seconds: float) -> None:
        """Close for so long, s; to be told again before that is over."""


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


class PowerSource(Instrument, Protocol):
    """What feeds the device, where no relay switches it: a grid or PV simulator, or a breaker by hand."""

    def output(self, on: bool) -> None:
        """Switch it and check that it did."""

    def is_on(self) -> bool:
        """Whether it is on."""

    def off(self) -> None:
        """Off and checked; works after an error, and twice."""


class Permit(Instrument, Protocol):
    """The energise-to-run relay: in the coil circuit of the main contactor, with the emergency stop.

    It stands on a board of its own, because the guard process re-arms it and a serial port has one owner.
    """

    def hold(self, seconds: float) -> None:
        """Close for so long, s; to be told again before that is over."""

    def held(self) -> bool:
        """Whether it reads as closed."""

    def off(self) -> None:
        """Open it now, and check it; works after an error, and twice."""
