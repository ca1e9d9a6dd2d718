"""Whether the instruments still measure: one that repeats itself, or contradicts another, judges nobody."""

from __future__ import annotations

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

MOVED = 0.25
"""A voltage that the supply moves by more than this cannot stay the same to the last digit, V."""

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

    def take(self, value: float) -> bool:
        """Take a sample; whether it is stuck by its own standard."""
        self._samples += 1
        if value == self._last:
            self.run += 1
        else:
            if not self._stuck:
                self.longest = max(self.longest, self.run)
            self._last, self.run = value, 1
        self._stuck = self._samples > KNOWN and self.run > max(REPEATS, TIMES * self.longest)
        return self._stuck


class ReadingWatch:
    """Compares what meter and supply say, at each step of the control loop; an event ``stuck_reading`` tells.

    It is told once for each time that it begins, and again after ``tell_again``, so that each test which
    meets it knows.

    Args:
        control: gives the samples.
        bank: its resistance.
        timeline: gives the time.
        journal: takes the events.
        cable: between supply and device, ohm.
    """

    def __init__(
        self, control: ControlLoop, bank: Bank, timeline: Timeline, journal: Journal, *, cable: float
    ) -> None:
        self._control = control
        self._bank = bank
        self._timeline = timeline
        self._journal = journal
        self._cable = cable
        self._voltage = Repetition()
        self._span = (0.0, 0.0)
        self._agreed = timeline.seconds
        self._told: set[str] = set()
        control.subscribe(self._take)

    def tell_again(self) -> None:
        """Write down what is wrong and stays wrong: whoever looks from now on must see it too."""
        self._told.clear()

    def _take(self, voltage: float, current: float) -> None:
        ohms = self._bank.resistance + self._cable
        expected = self._control.emf + ohms * current
        stuck = self._voltage.take(voltage)
        low, high = (expected, expected) if self._voltage.run == 1 else self._span
        self._span = min(low, expected), max(high, expected)
        moved = self._span[1] - self._span[0]
        stuck = stuck or (self._voltage.run >= REPEATS and moved > MOVED)
        self._tell(
            "meter",
            stuck and voltage > LIVE,
            f"reads {voltage:g} V {self._voltage.run} times, while the supply moved by {moved:.2f} V",
        )
        now = self._timeline.seconds
        if abs(current) <= FLOWS or abs(voltage - expected) <= APART:
            self._agreed = now
        self._tell(
            "meter and supply",
            now - self._agreed > FOR,
            f"the meter reads {voltage:.2f} V where the supply makes {expected:.2f} V at {current:.1f} A",
        )

    def _tell(self, who: str, wrong: bool, cause: str) -> None:
        if not wrong:
            self._told.discard(who)
        elif who not in self._told:
            self._told.add(who)
            self._journal.event("stuck_reading", who, cause=cause)
