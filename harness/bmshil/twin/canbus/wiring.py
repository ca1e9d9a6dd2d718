"""The CAN cable: its terminators, and how much of what is sent survives it.

``docs/can-wire.md`` describes the model behind it.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, Timeline, to_ns
from bmshil.twin.canbus.noise import Line, frame_error

if TYPE_CHECKING:
    from bmshil.twin.canbus.medium import Medium

TERMINATOR = 120.0
"""One terminator, ohm (ISO 11898-2)."""

SWITCHED = ("can_term_a", "can_term_b")
"""Relays that join one terminator each."""

LOOK = to_ns(0.05)
"""How long a look at the inverter's current is good for, ns."""

LARGEST_CURRENT = 1000.0
"""No inverter of this bench moves more, A: a cable that is safe here needs no looking."""

LONGEST_FRAME = 160
"""Bits of the longest classic frame, its stuffing included."""

RECENT = 0.1
"""Who sent during this time is live, s."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What people decide when they lay a CAN cable.

    Attributes:
        length: m.
        terminators: on the cable for good; None for two in all, less those that relays switch.
        coupling: how much of the inverter's switching gets onto the lines: 0.1 for an ordinary cable, 1 for
            one beside the DC bus.
        seed: of the disturbances.
    """

    length: float = 5.0
    terminators: int | None = None
    coupling: float = 0.1
    seed: int = 1

    def fixed(self, relays: int) -> int:
        """How many terminators are on it for good, where so many relays switch one each."""
        return max(0, 2 - relays) if self.terminators is None else self.terminators


class Wiring:
    """A cable on a segment. On a healthy one no frame costs anything.

    On wall time ``switch`` belongs to the timeline's thread.

    Args:
        medium: the segment whose frames it may destroy; None for a cable that the twin does not simulate.
        length: m.
        terminators: on the cable for good, 120 ohm each.
        coupling: as in `Wire`.
        seed: of the disturbances.
        current: gives what the inverter moves now, A; its sign does not matter.

    Attributes:
        length, coupling, current: as given.
    """

    def __init__(
        self,
        medium: "Medium | None",
        *,
        length: float,
        terminators: int,
        coupling: float,
        seed: int,
        current: Callable[[], float],
    ) -> None:
        self._medium = medium
        self.length = length
        self._fixed = terminators
        self.coupling = coupling
        self.current = current
        self._closed: set[str] = set()
        self._dead: frozenset[str] = frozenset()
        self._extra = 0
        self._cables = [self] if medium is None else medium.cables
        if medium is not None:
            medium.cables.append(self)
            medium.reseed(seed)
        self._refresh()

    def switch(self, role: str, closed: bool) -> None:
        """Join or take away the terminator behind a relay.

        Raises:
            InputError: no terminator has this relay.
        """
        if role not in SWITCHED:
            raise InputError(f"no terminator behind relay {role!r}: take one of {', '.join(SWITCHED)}")
        (self._closed.add if closed else self._closed.discard)(role)
        self._refresh()

    def change(self, *, dead: Collection[str] = (), extra: int = 0) -> None:
        """Change what is on the cable; without arguments it is as it was laid. On wall time as ``switch``.

        Args:
            dead: relays whose terminator is not there.
            extra: so many terminators more stand on the cable for good; fewer when negative.
        """
        self._dead = frozenset(dead)
        self._extra = extra
        self._refresh()

    @property
    def terminators(self) -> int:
        """How many are alive on this cable alone."""
        return max(0, self._fixed + self._extra) + len(self._closed - self._dead)

    @property
    def resistance(self) -> float:
        """Between CAN-H and CAN-L, ohm; infinite without a terminator.

        Transceivers without power do not load the lines, and a few metres of copper are left out. Cables that
        were joined read as one.
        """
        terminators = sum(cable.terminators for cable in self._cables)
        return TERMINATOR / terminators if terminators else math.inf

    @property
    def traffic_voltage(self) -> float:
        """Mean differential voltage that the frames of the last 0.1 s make, V.

        Half of their bits are dominant. Who repeats a frame that nobody acknowledges fills the bus with it.
        """
        medium = self._medium
        return 0.0 if medium is None else medium.load(RECENT) / 2 * self._line(medium).dominant

    def _line(self, medium: "Medium") -> Line:
        length = sum(cable.length for cable in self._cables)
        coupling = max(cable.coupling for cable in self._cables)
        return Line(self.resistance, length, medium.bitrate, coupling)

    def _currents(self) -> float:
        """What all inverters along the cable move, A."""
        return sum(abs(cable.current()) for cable in self._cables)

    def _refresh(self) -> None:
        """Tell the segment what its cable is like now."""
        medium = self._medium
        if medium is not None:
            line = self._line(medium)
            worst = frame_error(line.bit_errors(LARGEST_CURRENT), LONGEST_FRAME)
            medium.disturbance = _Disturbance(medium.timeline, line, self._currents) if worst else None


class _Disturbance:
    """Gives the probability that a frame is destroyed; looks at the current now and then only."""

    __slots__ = ("_bit_error", "_current", "_good_until", "_line", "_timeline")

    def __init__(self, timeline: Timeline, line: Line, current: Callable[[], float]) -> None:
        self._timeline = timeline
        self._line = line
        self._current = current
        self._bit_error = 0.0
        self._good_until = timeline.now

    def __call__(self, bits: int) -> float:
        now = self._timeline.now
        if now >= self._good_until:
            self._good_until = Nanoseconds(now + LOOK)
            self._bit_error = self._line.bit_errors(self._current())
        return frame_error(self._bit_error, bits)
