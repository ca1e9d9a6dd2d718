"""What an electronic load does, whatever language it speaks."""

import threading
from dataclasses import dataclass

from bmshil.timeline import Timeline
from bmshil.timeline.timer import Timer
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.instruments.loads.terminals import Terminals
from bmshil.twin.world.grid import STEP

LOOK = 0.1
"""How often a load that is on and settled looks at its protections, s."""

LEAST_VOLTAGE = 0.5
"""Below this a load regulates nothing, V."""

FAST = 1e6
"""Slew rate after power-on, A/s: a microsecond for an ampere."""

MARGIN = 1.1
"""Above its rating by this factor a load protects itself."""

_CV_GAIN = 100.0  # A/s per volt above the setting
_SETTLED = 1e-6  # A


@dataclass(frozen=True, slots=True)
class Rated:
    """What a unit can do: V, A, W."""

    voltage: float
    current: float
    power: float


class LoadDevice:
    """Regulates what it takes, moves there at its slew rate, and protects itself.

    Its input goes on and off at once; the slew rate is for changes while it is on, as in a Keysight 6050A.
    It is moved on by the timeline while its input is on, and whenever somebody looks.

    Args:
        timeline: time.
        terminals: where it stands.
        rated: what it can do.
        faults: what is wrong with it.
        keeps_input: whether the input goes on reading as on after a trip, and comes back once that is
            cleared.

    Attributes:
        mode: "CURR", "VOLT", "RES" or "POW".
        levels: what each mode holds, A, V, ohm, W.
        slew: how fast the current rises and falls, A/s.
        limits: above which a protection acts, "over-current" in A and "over-power" in W.
        armed: which of them are armed.
        on: the input as it reads back.
        shorted: whether it makes a short circuit while it is on.
        tripped: which protection has acted, or "".
        time_on: how long after switching on it switches itself off, s; None for never.
    """

    on: bool
    shorted: bool
    tripped: str
    _amps: float
    _conducts: bool

    def __init__(
        self,
        timeline: Timeline,
        terminals: Terminals,
        rated: Rated,
        faults: Faults,
        *,
        keeps_input: bool = False,
    ) -> None:
        self.rated = rated
        self.faults = faults
        self._timeline = timeline
        self._terminals = terminals
        self._keeps_input = keeps_input
        self._lock = threading.RLock()
        self._moved = timeline.now
        self._tick = Timer(_nothing)
        self._time_over = Timer(_nothing)
        self._trip_seen = ""
        self._taken = 0.0
        self._remember_defaults()
        faults.watch(self._follow)

    def reset(self, *, on: bool = False) -> None:
        """Come back to the settings after power-on."""
        with self._lock:
            self._remember_defaults()
            self.on = on
            self.settle()

    @property
    def voltage(self) -> float:
        """Measured at its terminals, V."""
        return self._terminals.voltage

    @property
    def current(self) -> float:
        """Measured into it, A."""
        with self._lock:
            self._move()
            return self._terminals.current

    @property
    def power(self) -> float:
        """Measured, W."""
        return self.voltage * self.current

    def switch(self, on: bool) -> None:
        """Switch the input. While a protection holds it off, a load that forgets its input stays off."""
        with self._lock:
            if (self.faults.refuses_output and on) or (self.faults.stays_on and not on):
                return
            if self.on == on or (on and self.tripped and not self._keeps_input):
                return
            self.on = on
            self._time_over.cancel()
            if on and self.time_on is not None:
                self._time_over = self._timeline.after(self.time_on, lambda: self.switch(False))
            self.settle()

    def settle(self) -> None:
        """Act on changed settings."""
        with self._lock:
            # What was set now did not hold before now.
            self._moved = self._timeline.now
            target = self._target()
            if not self.on or self.tripped:
                self._amps = 0.0
            elif not self._conducts or self._quick(target):
                self._amps = target
            self._conducts = self.on and not self.tripped
            self._move()
            self._plan()

    def trip(self, protection: str) -> None:
        """Let a protection act: no current until it is cleared."""
        with self._lock:
            self.tripped = protection
            self.on = self.on and self._keeps_input
            self.settle()

    def clear(self) -> None:
        """Take the latch of the protection away."""
        with self._lock:
            self.tripped = ""
            self.settle()

    def _remember_defaults(self) -> None:
        self.mode = "CURR"
        self.levels = {"CURR": 0.0, "VOLT": self.rated.voltage, "RES": 1000.0, "POW": 0.0}
        self.slew = [FAST, FAST]
        self.limits = {"over-current": self.rated.current, "over-power": self.rated.power}
        self.armed: set[str] = set()
        self.on = self.shorted = self._conducts = False
        self.tripped = ""
        self.time_on: float | None = None
        self._amps = 0.0

    def _follow(self) -> None:
        """A trip is an event: it acts when the fault is set, and no more once it has been cleared."""
        wanted, seen = self.faults.trip, self._trip_seen
        self._trip_seen = wanted
        if wanted and wanted != seen:
            self.trip(wanted)

    def _plan(self) -> None:
        self._tick.cancel()
        if self._conducts:
            self._tick = self._timeline.after(STEP if self._busy() else LOOK, self._work)

    def _work(self) -> None:
        with self._lock:
            self._move()
            self._plan()

    def _quick(self, target: float) -> bool:
        """Whether the slew rate brings it there within a step of the world, which is at once."""
        up, down = self.slew
        return -down * STEP <= target - self._amps <= up * STEP

    def _busy(self) -> bool:
        follows = not self._terminals.stiff and self.mode != "CURR" and not self.shorted
        return follows or abs(self._target() - self._amps) > _SETTLED

    def _move(self) -> None:
        """Move on to now."""
        now = self._timeline.now
        elapsed, self._moved = (now - self._moved) * 1e-9, now
        if self._conducts:
            up, down = self.slew
            target = self._target(elapsed)
            self._amps = max(self._amps - down * elapsed, min(self._amps + up * elapsed, target))
        if self._amps != self._taken:
            self._taken = self._amps
            self._terminals.take(self._amps)
        if self._conducts and (protection := self._overloaded()):
            self.trip(protection)

    def _target(self, elapsed: float = 0.0) -> float:
        """The current that it wants, A."""
        if self.shorted:
            return self.rated.current
        level, volts = self.levels[self.mode], self._terminals.voltage
        if self.mode == "CURR":
            wanted = level
        elif volts < LEAST_VOLTAGE:
            wanted = 0.0
        elif self.mode == "POW":
            wanted = level / volts
        elif self.mode == "RES":
            wanted = volts / level
        else:
            wanted = self._amps + _CV_GAIN * (volts - level) * elapsed
        return min(max(wanted, 0.0), self.rated.current)

    def _overloaded(self) -> str:
        volts, flowing = self._terminals.voltage, self._terminals.current
        if not self._terminals.stiff and volts > MARGIN * self.rated.voltage:
            return "over-voltage"
        if "over-current" in self.armed and flowing > self.limits["over-current"]:
            return "over-current"
        watts = self.limits["over-power"] if "over-power" in self.armed else MARGIN * self.rated.power
        return "over-power" if volts * flowing > watts else ""


def _nothing() -> None:
    return
