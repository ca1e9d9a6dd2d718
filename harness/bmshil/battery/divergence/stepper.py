"""Steps as long as the packs allow: minutes on the flat part of the curve, seconds in the knee."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.battery.divergence.bank_state import BankState
    from bmshil.battery.divergence.watching import Watching

SHORTEST: Final = 1.0
"""s."""

LONGEST: Final = 1800.0
"""s."""

NEAR_TRIP: Final = 60.0
"""s. The longest step of a charge while a cell is above ``HIGH``: no protection is stepped over."""

HIGH: Final = 3.5
"""V per cell."""

TOLERANCE: Final = 1e-5
"""Of SOC per step: what the method of Heun gains over that of Euler, at most."""


class Stepper:
    """Integrates the charge of all packs with Heun's method and a step that its own error chooses.

    Args:
        state: what is stepped.
        watching: looks at it after each step.
        tolerance: largest error of a step, of SOC.

    Attributes:
        steps: how many it took.
    """

    def __init__(self, state: BankState, watching: Watching, tolerance: float = TOLERANCE) -> None:
        self.steps = 0
        self._state = state
        self._watching = watching
        self._tolerance = tolerance
        self._length = SHORTEST

    def run(self, end: float, amps: float, stop: Callable[[], bool] | None = None) -> float:
        """Go on to a time, or until a condition holds after a step.

        Args:
            end: s from the beginning.
            amps: what sun or load want to move, A, positive into the bank.
            stop: asked after each step.

        Returns:
            Charge into the bank, As.
        """
        state = self._state
        moved = 0.0
        self._length = SHORTEST  # another current: its error is not known yet
        while state.time < end:
            near = amps > 0 and (state.highest_cells > HIGH).any()
            longest = NEAR_TRIP if near else LONGEST
            seconds = min(self._length, longest, end - state.time)
            before = state.currents(amps, state.soc)
            ahead = state.soc + before * (seconds / 3600.0) / state.capacity
            after = state.currents(amps, ahead)
            error = float(np.abs((after - before) / state.capacity).max()) * seconds / 7200.0
            factor = min(max(0.9 * (self._tolerance / max(error, 1e-12)) ** 0.5, 0.2), 3.0)
            self._length = max(seconds * factor, SHORTEST)
            if error > self._tolerance and seconds > SHORTEST:
                continue
            state.advance((before + after) / 2, seconds, charging=amps > 0)
            if end - state.time < 1e-6:
                state.time = end
            moved += state.total * seconds
            self.steps += 1
            self._watching.look()
            if stop is not None and stop():
                break
        return moved
