"""How well the control loop runs: its period, its latency and its ripple, measured while it works."""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from bmshil.bench.terminals.stability import loop_of
from bmshil.timeline import to_seconds

if TYPE_CHECKING:
    from bmshil.journal import Journal
    from bmshil.rig import Rig
    from bmshil.timeline import Nanoseconds

INTERVAL = 5.0
"""Distance of two figures in the journal, s."""

RIPPLE = 0.02
"""Largest ripple of the current that the bench may cause, as a share of the device's rating."""

LATE = 1.5
"""So many periods may lie between two steps, in the mean, before the loop is late."""

WINDOW = 10.0
"""Swings count as ripple when three of them fall into such a time, s: one test step makes two at most."""

STEADY_SLOPE = 0.05
"""A set-point that moved by at least this much per step, without current, shows when it is seen again, V."""


class Swings:
    """Finds a swing to and fro in a course, and leaves alone what goes one way or there and back once.

    Args:
        least: smallest swing that counts.
    """

    __slots__ = ("_direction", "_ends", "_extreme", "_least")

    def __init__(self, least: float) -> None:
        self._least = least
        self._extreme: float | None = None
        self._direction = 0
        self._ends: list[tuple[float, float]] = []

    def add(self, now: float, value: float) -> None:
        """Take one value of the course; ``now`` in s."""
        extreme = self._extreme
        if extreme is None or (self._direction and (value - extreme) * self._direction >= 0.0):
            self._extreme = value
        elif abs(value - extreme) >= self._least:
            self._ends = [*self._ends[-3:], (now, extreme)]
            self._direction = 1 if value > extreme else -1
            self._extreme = value

    def ripple(self, now: float) -> float:
        """Half of the smallest of the last three swings; 0 when there were not three within the window."""
        if len(self._ends) < 4 or now - self._ends[0][0] > WINDOW:
            return 0.0
        values = [value for _, value in self._ends]
        return min(abs(after - before) for before, after in pairwise(values)) / 2.0


class LoopWatch:
    """Measures the loop at every step, and says when it leaves its tolerance.

    Period and latency are those of the steps. The latency runs from the question for one sample to the answer
    that confirms the set-point made of it; where the set-point was moved without current, also until the
    meter has seen it. Ripple is what the bench's own set-point, to and fro, makes of the current.

    Args:
        journal: takes the figures as samples and what is wrong as events.
        period: of the steps as planned, s.
        longest: latency beyond the period that the loop bears, s.
        ohms: between set-point and device, the bank's own left out; 0 where unknown.
        rating: of the device, A.

    Attributes:
        told: how many figures stand in the journal.
        complaint: what was wrong with the last of them; empty when nothing was.
        swings_on_purpose: True while the bench itself makes the current swing: then a swing is no complaint.
    """

    def __init__(
        self, journal: Journal, *, period: float, rating: float, longest: float = inf, ohms: float = 0.0
    ) -> None:
        self._period = period
        self._worst = (0.0, 0.0, 0.0)
        self.told = 0
        self.complaint = ""
        self.swings_on_purpose = False
        self._journal = journal
        self._longest = longest
        self._ohms = ohms
        self._rating = rating
        self._channels = [
            journal.channel(f"loop.{name}", unit)
            for name, unit in (("period", "s"), ("latency", "s"), ("ripple", "A"))
        ]
        self.restart()

    @property
    def figures(self) -> dict[str, float]:
        """The worst of all so far: ``period_s``, ``latency_s``, ``ripple_a``; empty when nothing ran."""
        if not self._worst[0]:
            return {}
        return dict(
            zip(("period_s", "latency_s", "ripple_a"), (round(one, 4) for one in self._worst), strict=True)
        )

    def restart(self) -> None:
        """Begin anew: what comes next is compared with nothing before."""
        self._asked: float | None = None
        self._steps = 0
        self._began = self._passed = self._delays = 0.0
        self._worst_period = self._worst_latency = self._seen = 0.0
        self._target = self._slope = 0.0
        self._swings: Swings | None = None

    def change(self, period: float) -> None:
        """Expect another distance of two steps from now on, s; what was measured before is left out."""
        if period != self._period:
            self._period = period
            self.restart()

    def step(
        self, asked: Nanoseconds, answered: Nanoseconds, target: float, voltage: float, resistance: float,
        *, idle: bool,
    ) -> None:  # fmt: skip
        """Take one step of the loop.

        Args:
            asked: when the set-point was sent.
            answered: when it was confirmed, with the sample of the current.
            target: that set-point, V.
            voltage: measured at the device, V.
            resistance: of the bank, ohm.
            idle: whether no current flows.
        """
        began, now = to_seconds(asked), to_seconds(answered)
        ohms = self._ohms + resistance
        if self._asked is None or self._swings is None:
            self._swings = Swings(RIPPLE * self._rating * ohms / 4.0)
            self._began = now
        else:
            passed, latency = began - self._asked, now - self._asked
            self._steps += 1
            self._passed += passed
            self._delays += latency
            self._worst_period = max(self._worst_period, passed)
            self._worst_latency = max(self._worst_latency, latency)
            slope = target - self._target
            if idle and abs(slope) > STEADY_SLOPE and abs(slope - self._slope) < 0.1 * abs(slope):
                self._seen = max(self._seen, round((target - voltage) / slope) * passed)
            self._slope = slope
        self._swings.add(now, target)
        self._asked, self._target = began, target
        if now - self._began >= INTERVAL and self._steps:
            self._tell(now, self._swings.ripple(now) / ohms)

    def _tell(self, now: float, ripple: float) -> None:
        figures = self._worst_period, max(self._worst_latency, self._seen), ripple
        for channel, value in zip(self._channels, figures, strict=True):
            self._journal.sample(channel, value)
        period, latency, swing = self._worst
        self._worst = max(period, figures[0]), max(latency, figures[1]), max(swing, ripple)
        self.told += 1
        self.complaint = ""
        # The worst is worth knowing, but only what lasts takes the margin away.
        period, latency = self._passed / self._steps, max(self._delays / self._steps, self._seen)
        if period > LATE * self._period:
            self._complain("loop_late", f"{period:.2f} s between two steps instead of {self._period:g} s")
        if latency > self._period + self._longest:
            self._complain("loop_late", f"a set-point is in force only {latency:.2f} s after its sample")
        if ripple > RIPPLE * self._rating and not self.swings_on_purpose:
            self._complain("loop_ripple", f"{ripple:.1f} A to and fro, above {RIPPLE * self._rating:.1f} A")
        self._began, self._steps = now, 0
        self._passed = self._delays = self._worst_period = self._worst_latency = 0.0

    def _complain(self, kind: str, cause: str) -> None:
        self.complaint = cause
        self._journal.event(kind, "control", cause=cause)


def loop_watch(rig: Rig, journal: Journal) -> LoopWatch:
    """Measure the loop of a rig against what its stability needs."""
    loop = loop_of(rig)
    return LoopWatch(
        journal,
        period=rig.control.period,
        rating=rig.profile.declares.rating.charge_current,
        longest=inf if loop is None else loop.longest_latency,
        ohms=rig.control.cable or 0.0,
    )
