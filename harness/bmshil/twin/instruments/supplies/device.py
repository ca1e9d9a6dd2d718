"""What every DC supply of the software bench has, whatever language it speaks."""

from dataclasses import dataclass

from bmshil.twin.instruments.faults import Faults
from bmshil.twin.instruments.place import Ratings
from bmshil.twin.world import World

_WORDS = {"voltage": "over-voltage", "current": "over-current"}

MARGIN = 1.1
"""How far protections reach above the rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What units of one family usually are: V, A, W, ohm.

    Attributes:
        voltage, current, power: of a usual unit, where the rig says nothing else.
        sinks: whether it takes current as well.
        resistance: largest programmable series resistance; 0 where there is none.
        latches: whether a trip must be cleared before the output goes on again.
        source, sink: current limits after power-on; None for the rating.
        trip_voltage, trip_current: protections after power-on; None for a tenth above the rating.
    """

    voltage: float
    current: float
    power: float
    sinks: bool = True
    resistance: float = 0.0
    latches: bool = True
    source: float | None = None
    sink: float | None = None
    trip_voltage: float | None = None
    trip_current: float | None = None


class SupplyDevice:
    """Set-points, limits, protections with their latch, and the output, of the supply at the terminals.

    Over-voltage and over-current act in the world at once. Over-power acts when somebody speaks to the
    supply, which is soon enough for a protection of heat.

    Args:
        world: where its output is.
        faults: its own: `refuses_output`, `stays_on` and `trip` act here.
        family: what such units are.
        rating: what this one is.

    Attributes:
        max_voltage, max_current, max_power: of this unit, V, A, W.
        volts, ohms: as set, V and ohm.
        source, sink: current limits, A, positive.
        trip_volts, trip_amps, trip_watts: protections, V, A, W.
        trips_in_limit: whether reaching a current limit trips it; seen when somebody speaks to it.
        wanted: whether its output was switched on last; a trip leaves that as it is.
    """

    def __init__(self, world: World, faults: Faults, family: Family, rating: Ratings | None = None) -> None:
        rating = rating or Ratings()
        self.max_voltage = rating.voltage or family.voltage
        self.max_current = rating.current or family.current
        self.max_power = rating.power or family.power
        self._world = world
        self._faults = faults
        self._family = family
        self._latched = ""
        self._noticed = False
        self._settle()
        faults.watch(self._look_at_faults)

    @property
    def on(self) -> bool:
        """Whether its output is on."""
        return self._world.output

    @property
    def voltage(self) -> float:
        """At its terminals, V."""
        return self._world.supply_voltage

    @property
    def current(self) -> float:
        """At its terminals, A, positive while it sources."""
        return -self._world.supply_current

    @property
    def power(self) -> float:
        """At its terminals, W, positive while it sources."""
        return self.current * self.voltage

    @property
    def limiting(self) -> bool:
        """Whether it regulates current instead of voltage."""
        return self._world.limiting

    @property
    def tripped(self) -> str:
        """Which protection holds the output off, in words; empty when none does."""
        self.notice()
        return self._latched

    def notice(self) -> None:
        """Let the protections act that are not watched all the time, and remember which has acted."""
        with self._world.lock:
            reason = self._world.tripped
            if reason and not self._noticed:
                self._noticed = True
                self._latched = self._latched or _WORDS.get(reason, reason)
            elif self.on and abs(self.power) > self.trip_watts:
                self.trip("over-power")
            elif self.trips_in_limit and self.limiting:
                self.trip("over-current")

    def reset(self) -> None:
        """Come back to the settings after power-on, with the output off."""
        with self._world.lock:
            self._world.reset_supply()
            self._settle()

    def set_volts(self, volts: float) -> None:
        """Set the voltage, V."""
        self.volts = volts
        self._world.set_supply(voltage=volts)

    def set_ohms(self, ohms: float) -> None:
        """Set the series resistance, ohm."""
        self.ohms = ohms
        self._world.set_supply(resistance=ohms)

    def set_source(self, amps: float) -> None:
        """Limit the current out of it, A."""
        self.source = amps
        self._world.set_supply(source=amps)

    def set_sink(self, amps: float) -> None:
        """Limit the current into it, A, positive."""
        self.sink = amps
        self._world.set_supply(sink=amps)

    def set_trip_volts(self, volts: float) -> None:
        """Set the over-voltage protection, V."""
        self.trip_volts = volts
        self._world.set_supply(trip_voltage=volts)

    def set_trip_amps(self, amps: float) -> None:
        """Set the over-current protection, A, for either direction."""
        self.trip_amps = amps
        self._world.set_supply(trip_current=amps)

    def switch(self, on: bool) -> None:
        """Switch the output. A latched trip holds it off."""
        with self._world.lock:
            if on:
                if self._faults.refuses_output:
                    return
                if not self._family.latches:
                    self.forget()
                self.wanted = True
                self._energise()
            elif not (self._faults.stays_on and self.on):
                self.wanted = False
                self._world.switch_supply(False)

    def trip(self, reason: str) -> None:
        """Let a protection act: off, and held off until it is cleared."""
        with self._world.lock:
            self._latched = self._latched or reason
            self._world.switch_supply(False)

    def forget(self) -> None:
        """Take the latch away; the output stays as it is."""
        with self._world.lock:
            self.notice()
            self._latched = ""
            self._faults.trip = ""

    def clear(self, *, restores: bool = False) -> None:
        """Take the latch away; with `restores` the output comes back if it was wanted."""
        with self._world.lock:
            self.forget()
            if restores and self.wanted:
                self._energise()

    def _energise(self) -> None:
        self.notice()
        if not self._latched and not self.on:
            self._noticed = False
            self._world.switch_supply(True)

    def _look_at_faults(self) -> None:
        if self._faults.trip:
            self.trip(self._faults.trip)

    def _settle(self) -> None:
        family = self._family
        volts, amps = self.max_voltage, self.max_current
        self.wanted = False
        self.ohms = 0.0
        self.trips_in_limit = False
        self.trip_watts = self.max_power * MARGIN
        self.set_volts(0.0)
        self._world.set_supply(resistance=0.0)
        self.set_source(amps if family.source is None else family.source)
        self.set_sink((amps if family.sink is None else family.sink) if family.sinks else 0.0)
        self.set_trip_volts(volts * MARGIN if family.trip_voltage is None else family.trip_voltage)
        self.set_trip_amps(amps * MARGIN if family.trip_current is None else family.trip_current)
