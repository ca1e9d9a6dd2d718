"""Whether the instruments still measure: one that repeats itself, or contradicts another, judges nobody."""

from __future__ import annotations

from collections import deque
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.battery import Bank
    from bmshil.bench.terminals.control import ControlLoop
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

REPEATS = 20
"""A reading that is the same to the last digit for fewer samples is calm, and not stuck."""

TIMES = 5
"""It is stuck when it repeats itself so many times longer than this instrument ever did before."""

KNOWN = 100
"""Samples after which it is known how calm an instrument is."""

GROWTH = 2
"""Later a run teaches at most so many times what was known: who freezes again and again stays strange."""

MOVED = 0.1
"""A reading cannot stay the same to the last digit while what it reads moves by more than this, V."""

CONTRADICTED = 10
"""Where what it reads has moved, it is stuck after so many samples: a slow instrument has caught up."""

CARRIED = 0.02
"""A current cannot stay the same to the last digit while what it makes moves by more than this, V."""

BEHIND_A_DIODE = 0.3
"""The same where a diode is on the way, whose drop moves with current and warmth, V."""

STEADY = 0.005
"""A supply whose voltage moves by less than this in a step is steady, V."""

RESISTANCE_KEPT = 0.01
"""A supply whose resistance moves by less than this share in a step is steady."""

STEP = 1.0
"""A current that moves by less than this in a step is steady, A."""

QUIET = 5
"""Steps for which supply and current must be steady before meter and supply are compared."""

FEW = 3
"""Samples of which a mean is compared with another one."""

PROVABLE = 80
"""A reading that may repeat itself for more samples than this is too calm to be waited for."""

APART = 2.0
"""Meter and supply disagree when they are further apart while current flows, V; that is no cable."""

FOR = 5.0
"""For so long, s: a step of the current is over by then."""

FLOWS = 5.0
"""Above this the contactors must be closed, A."""

LIVE = 10.0
"""Below this nothing is connected to the meter, V."""


class Repetition:
    """Finds a reading that repeats itself to the last digit for longer than is usual for it.

    Attributes:
        run: how many samples the present value has been there.
        longest: the longest run that ended, those left out in which it was stuck.
    """

    def __init__(self) -> None:
        self.run = 0
        self.longest = 1
        self._last: float | None = None
        self._samples = 0
        self._stuck = False

    @property
    def bearable(self) -> int:
        """For so many samples it may repeat itself, by its own standard."""
        return max(REPEATS, TIMES * self.longest)

    def take(self, value: float) -> bool:
        """Take a sample; whether it is stuck by its own standard."""
        self._samples += 1
        if value == self._last:
            self.run += 1
        else:
            if not self._stuck:
                taught = self.run if self._samples <= KNOWN else min(self.run, GROWTH * self.longest)
                self.longest = max(self.longest, taught)
            self._last, self.run = value, 1
        self._stuck = self._samples > KNOWN and self.run > self.bearable
        return self._stuck


class Standstill:
    """Finds a current that repeats itself while the meter shows that another one flows.

    A current is calm by nature: none flows for minutes. So only the contradiction tells.

    Args:
        carried: it cannot repeat itself while what it makes moves by more than this, V.

    Attributes:
        run: how many samples the present value has been there.
        moved: how far the meter has moved since then from what the supply makes with this current, V.
    """

    def __init__(self, carried: float = CARRIED) -> None:
        self.run = 0
        self.moved = 0.0
        self._carried = carried
        self._last: float | None = None
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=FEW)

    def take(self, current: float, apart: float, *, steady: bool) -> bool:
        """Take a sample; whether the current is stuck.

        Args:
            current: as the supply says it, A.
            apart: the meter's voltage less what the supply makes with that current, V.
            steady: whether the supply keeps its voltage, and the current did not step: the meter lags behind.
        """
        if current != self._last:
            self._last, self.run, self.moved = current, 0, 0.0
            self._first = []
            self._recent.clear()
        self.run += 1
        if steady:
            self._recent.append(apart)
            if len(self._first) < FEW:
                self._first.append(apart)
            self.moved = abs(fmean(self._recent) - fmean(self._first))
        return self.run >= CONTRADICTED and self.moved > self._carried


class ReadingWatch:
    """Compares what meter and supply say, at each step of the control loop; an event ``stuck_reading`` tells.

    The meter's voltage must follow what the supply makes, and the supply's current what it makes of the
    voltage at the meter. It is told once for each time that it begins, and again after ``tell_again``, so
    that each test which meets it knows.

    Args:
        control: gives the samples.
        bank: its resistance.
        timeline: gives the time.
        journal: takes the events.
        cable: between supply and device, ohm.
        diode: whether one is on the way.
    """

    def __init__(
        self,
        control: ControlLoop,
        bank: Bank,
        timeline: Timeline,
        journal: Journal,
        *,
        cable: float,
        diode: bool = False,
    ) -> None:
        self._control = control
        self._bank = bank
        self._timeline = timeline
        self._journal = journal
        self._cable = cable
        self._voltage = Repetition()
        self._current = Standstill(BEHIND_A_DIODE if diode else CARRIED)
        self._level = self._ohms = self._amps = 0.0
        self._quiet = 0
        self._span = (0.0, 0.0)
        self._agreed = timeline.seconds
        self._told: set[str] = set()
        self._unproven = False
        control.subscribe(self._take)

    @property
    def proven(self) -> bool:
        """Whether the meter has told a new value since ``prove``, is known as stuck, or too calm to tell."""
        return not self._unproven or self._voltage.bearable > PROVABLE

    def prove(self) -> None:
        """Wait from now on for another value of the meter: the last one of a test may be a stuck one."""
        self._unproven = True

    def tell_again(self) -> None:
        """Write down what is wrong and stays wrong: whoever looks from now on must see it too."""
        self._told.clear()

    def _take(self, voltage: float, current: float) -> None:
        ohms = self._bank.resistance + self._cable
        expected = self._control.emf + ohms * current
        meter, supply = self._voltage, self._current
        stuck = meter.take(voltage)
        low, high = (expected, expected) if meter.run == 1 else self._span
        self._span = min(low, expected), max(high, expected)
        moved = self._span[1] - self._span[0]
        stuck = (stuck or (meter.run >= CONTRADICTED and moved > MOVED)) and voltage > LIVE
        if stuck or meter.run == 1:
            self._unproven = False
        self._tell(
            "meter", stuck, f"reads {voltage:g} V {meter.run} times, while the supply moved by {moved:.2f} V"
        )
        level, ohms = self._control.played
        apart = voltage - level - (ohms + self._cable) * current
        stuck = supply.take(current, apart, steady=self._is_steady(level, ohms, current))
        self._tell(
            "supply",
            stuck and voltage > LIVE,
            f"reads {current:g} A {supply.run} times, while the meter moved by {supply.moved:.2f} V",
        )
        now = self._timeline.seconds
        if abs(current) <= FLOWS or abs(voltage - expected) <= APART:
            self._agreed = now
        self._tell(
            "meter and supply",
            now - self._agreed > FOR,
            f"the meter reads {voltage:.2f} V where the supply makes {expected:.2f} V at {current:.1f} A",
        )

    def _is_steady(self, level: float, ohms: float, current: float) -> bool:
        """Whether voltage, resistance and current were kept for long enough for the meter to follow."""
        kept = abs(level - self._level) < STEADY and abs(ohms - self._ohms) <= RESISTANCE_KEPT * ohms
        kept = kept and abs(current - self._amps) < STEP
        self._quiet = self._quiet + 1 if kept else 0
        self._level, self._ohms, self._amps = level, ohms, current
        return self._quiet >= QUIET

    def _tell(self, who: str, wrong: bool, cause: str) -> None:
        if not wrong:
            self._told.discard(who)
        elif who not in self._told:
            self._told.add(who)
            self._journal.event("stuck_reading", who, cause=cause)
