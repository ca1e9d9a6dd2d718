"""How a device follows limits: at once, or smoothly."""

from math import exp

from bmshil.twin.inverter.reactions import Targets

_ARRIVED = 0.05  # V and A


class Follower:
    """Follows targets with a time constant.

    Args:
        constant: s; 0 follows at once.
        tick: how often it is asked, s.
    """

    def __init__(self, constant: float, tick: float) -> None:
        self._share = 1.0 - exp(-tick / constant) if constant > 0 else 1.0
        self._at: Targets | None = None

    def reset(self) -> None:
        """Begin at whatever comes next."""
        self._at = None

    def follow(self, targets: Targets) -> Targets:
        """Go on for one tick, and return what the power stage is to keep to."""
        before = self._at
        if before is None or self._share >= 1.0:
            self._at = targets
        else:
            self._at = Targets(*(self._step(old, new) for old, new in zip(before, targets, strict=True)))
        return self._at

    def _step(self, old: float, new: float) -> float:
        moved = old + self._share * (new - old)
        return new if abs(new - moved) < _ARRIVED else moved
