"""How well a measured value is known: the instrument's uncertainty and the scatter of its samples.

Source: JCGM 100:2008 (GUM): uncertainties that have nothing to do with each other add as squares; the
expanded uncertainty is twice the standard one (k = 2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bmshil.judge.measurement import CROSSINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bmshil.journal import Records

COVERAGE = 2.0
"""Expanded over standard uncertainty."""

UNSTATED = {"V": 0.02, "A": 0.2, "s": 0.1}
"""Expanded uncertainty of the instruments of a rig that does not state it: the twin's meter and shunt, and
the distance of two samples. Evidence relies on it, so that it never changes."""

OF_STAMPS = 0.01
"""Expanded uncertainty of a time between two stamps of the bench's own clock, s."""

OF_OHMS = 0.01
"""Of a two-wire measurement at 60 ohm, leads and contacts included: share of the reading."""

EXACT = ("told", "said", "Kirchhoff")
"""How figures come about that no instrument has read: the bank has said them, or they follow from its own."""

OF_NORMAL = 1.4826
"""Standard deviation over median of the amounts, of a normal distribution."""


def combined(*parts: float) -> float:
    """Uncertainties that have nothing to do with each other, added as squares."""
    return math.hypot(*parts)


def scatter(values: NDArray[np.float64]) -> float:
    """Standard deviation of the noise of samples, in their unit.

    It is drawn from the steps between neighbours, by their median: neither a slow change nor a step of the
    measured value itself is noise.

    Args:
        values: samples in the order of time, shape (samples,).
    """
    if len(values) < 2:
        return 0.0
    return OF_NORMAL * float(np.median(np.abs(np.diff(values)))) / math.sqrt(2.0)


def expanded(
    records: Records, channel: str, start: float, end: float, reduction: str, *, instrument: float
) -> float:
    """Expanded uncertainty of a window that is reduced to one value, in the unit of that value.

    A mean of n samples has the n-th part of the squared scatter. The largest of n samples is too large by the
    scatter times sqrt(2 ln n). A crossing is known to one distance of two samples.

    Args:
        records: a live journal or one read back.
        channel: sample channel.
        start: begin of the window, s.
        end: end of the window, s.
        reduction: a name from :data:`bmshil.judge.measurement.REDUCTIONS`.
        instrument: expanded uncertainty of the instrument by its calibration; of the clock for crossings.
    """
    times, values = records.samples(channel, start, end)
    count = len(values)
    if count < 2:
        return instrument
    if reduction in CROSSINGS:
        return combined(instrument, float(np.median(np.diff(times))))
    # An instrument whose single samples scattered by more than this would not keep what its calibration says:
    # what goes beyond is the measured thing itself, which moves.
    noise = min(scatter(values), instrument)
    share = COVERAGE / math.sqrt(count) if reduction == "mean" else extreme(count)
    return combined(instrument, share * noise)


def extreme(count: int) -> float:
    """How far the largest of so many normal deviates lies out, in standard deviations; never below k."""
    return max(COVERAGE, math.sqrt(2.0 * math.log(count)))
