"""Whether a charge was in constant voltage, from samples of its last seconds."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

HOLD = 6.0
"""How long voltage and current must look like constant-voltage charging, s."""

FLAT = 0.08
"""Largest spread of the voltage over that time, V."""

FALLING = 0.97
"""The current's mean over the second half must be below this share of that over the first."""

HELD = 0.5
"""The voltage must fall by less than this share of what the falling current takes off it over the bank's
resistance."""


def constant_voltage(
    times: Sequence[float],
    voltages: Sequence[float],
    currents: Sequence[float],
    *,
    idle_current: float,
    resistance: float,
) -> bool:
    """Whether the voltage holds still *while the current falls*.

    A flat voltage alone is the plateau of a lithium iron phosphate cell, and a falling current alone is a
    ramp: the terminals of a stiff bank move little then, but they fall with the current, and in constant
    voltage they do not.

    Args:
        times: of the samples of the last :data:`HOLD` seconds, s, ascending, shape (samples,).
        voltages: at the device's terminals, V, shape (samples,).
        currents: into the bank, A, shape (samples,).
        idle_current: below this |I| the device counts as idle, A.
        resistance: of the bank, ohm.
    """
    if not times or times[-1] - times[0] < 0.9 * HOLD:
        return False
    if max(voltages) - min(voltages) > FLAT or min(currents) <= idle_current:
        return False
    half = len(times) // 2
    before, after = fmean(currents[:half]), fmean(currents[half:])
    if after >= FALLING * before:
        return False
    ohmic = resistance * (before - after)
    return fmean(voltages[:half]) - fmean(voltages[half:]) < HELD * ohmic
