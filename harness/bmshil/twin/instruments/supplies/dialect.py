"""A supply and a language: what the languages of all makers share."""

from collections.abc import Callable
from math import inf
from typing import ClassVar

from bmshil.twin.instruments.engine import Instrument, Query, ScpiError, number
from bmshil.twin.instruments.place import Ratings
from bmshil.twin.instruments.supplies.device import Family, SupplyDevice
from bmshil.twin.world import World

AMPLITUDE = "[:LEVel][:IMMediate][:AMPLitude]"


def settings_conflict() -> ScpiError:
    """A command that does not fit the state in which the instrument is."""
    return ScpiError(-221, "Settings conflict")


class Protection:
    """A protection that can be switched off, as it is after power-on.

    Args:
        apply: moves the protection of the device.
        level: where it stands after power-on.
    """

    def __init__(self, apply: Callable[[float], object], level: float) -> None:
        self._apply = apply
        self._level = level
        self.enable(False)

    def move(self, level: float) -> None:
        """Set where it trips."""
        self._level = level
        self.enable(self._on)

    def read(self) -> float:
        """Tell where it trips, be it on or off."""
        return self._level

    def enable(self, on: bool) -> None:
        """Switch it on or off."""
        self._on = on
        self._apply(self._level if on else inf)

    def state(self, _: str) -> str:
        """Answer whether it is on."""
        return str(int(self._on))


class SupplyDialect(Instrument):
    """A supply that is spoken to.

    Args:
        model: its name.
        world: where its output is.
        rating: what this unit can do.

    Attributes:
        device: what all languages move.
        family: what such units are.
    """

    family: ClassVar[Family]

    def __init__(self, model: str, world: World, rating: Ratings | None = None) -> None:
        super().__init__(model)
        self.device = SupplyDevice(world, self.faults, self.family, rating)

    def reset(self) -> None:
        """Come back to the settings after power-on: output off."""
        self.device.reset()

    def heard(self) -> None:
        """Let slow protections act."""
        self.device.notice()

    def level(
        self,
        pattern: str,
        apply: Callable[[float], object],
        read: Callable[[], float],
        span: tuple[float, float],
        *,
        form: str = "{:.4f}",
    ) -> None:
        """Teach it a setting within a span, and its query."""
        self.setting(pattern, number(apply, *span))
        self.query(f"{pattern}?", lambda _: form.format(read()))

    def reading(self, pattern: str, read: Callable[[], float], form: str = "{:.4f}") -> None:
        """Teach it a measurement."""
        self.query(pattern, self._formatted(read, form), measures=True)

    def readings(self, *, volts: str, amps: str, watts: str) -> None:
        """Teach it to measure, in these forms."""
        device = self.device
        self.reading("MEASure[:SCALar]:VOLTage[:DC]?", lambda: device.voltage, volts)
        self.reading("MEASure[:SCALar]:CURRent[:DC]?", lambda: device.current, amps)
        self.reading("MEASure[:SCALar]:POWer[:DC]?", lambda: device.power, watts)

    @staticmethod
    def _formatted(read: Callable[[], float], form: str) -> Query:
        return lambda _: form.format(read())
