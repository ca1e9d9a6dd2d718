"""Measured values that remember how they were measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from bmshil.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bmshil.journal import Records

Value = float | bool | str

SMOOTHING = 0.3
"""Span of the running mean in which a crossing is looked for, s: a few samples, so that noise is none."""


class Measurement(msgspec.Struct, frozen=True):
    """One value with its recipe: from which channel, over which window, reduced how.

    Attributes:
        channel: sample channel of the journal, or what was observed.
        start: begin of the window, s of timeline time.
        end: end of the window, s.
        reduction: name of the reduction, see :data:`REDUCTIONS`; "observed" for a fact.
        value: the result: a number, a fact or a word.
        unit: unit of the value, empty for facts and words.
        uncertainty: expanded uncertainty of the value, in its unit.
        parameter: threshold of a crossing, in the channel's unit.
    """

    channel: str
    start: float
    end: float
    reduction: str
    value: Value
    unit: str = ""
    uncertainty: float = 0.0
    parameter: float | None = None


def measure(
    records: Records,
    channel: str,
    start: float,
    end: float,
    reduction: str,
    *,
    uncertainty: float = 0.0,
    parameter: float | None = None,
) -> Measurement:
    """Reduce the samples of a window to one value.

    Args:
        records: a live journal or one read back.
        channel: sample channel, e.g. ``dc.voltage``.
        start: begin of the window, s.
        end: end of the window, s.
        reduction: a name from :data:`REDUCTIONS`.
        uncertainty: expanded uncertainty of the value.
        parameter: threshold, for crossings.

    Raises:
        Inconclusive: there is no sample in the window, or no crossing.
    """
    times, values = records.samples(channel, start, end)
    if not len(values):
        raise Inconclusive(f"{channel} was not sampled from {start:.3f} s to {end:.3f} s")
    value = REDUCTIONS[reduction](times - start, values, parameter or 0.0)
    unit = "s" if reduction in CROSSINGS else records.unit(channel)
    return Measurement(channel, start, end, reduction, value, unit, uncertainty, parameter)


def _mean(_times: NDArray[np.float64], values: NDArray[np.float64], _parameter: float) -> float:
    return float(np.mean(values))


def _maximum(_times: NDArray[np.float64], values: NDArray[np.float64], _parameter: float) -> float:
    return float(np.max(values))


def _minimum(_times: NDArray[np.float64], values: NDArray[np.float64], _parameter: float) -> float:
    return float(np.min(values))


def _peak(_times: NDArray[np.float64], values: NDArray[np.float64], _parameter: float) -> float:
    return float(np.max(np.abs(values)))


def _fall(times: NDArray[np.float64], values: NDArray[np.float64], threshold: float) -> float:
    return _crossing(times, smooth(times, np.abs(values)) <= threshold, f"|value| <= {threshold:g}")


def _rise(times: NDArray[np.float64], values: NDArray[np.float64], threshold: float) -> float:
    return _crossing(times, smooth(times, np.abs(values)) >= threshold, f"|value| >= {threshold:g}")


def smooth(times: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each sample and those up to :data:`SMOOTHING` seconds after it, shape as ``values``."""
    ends = np.searchsorted(times, times + SMOOTHING, side="right")
    sums = np.concatenate([[0.0], np.cumsum(values)])
    starts = np.arange(len(values))
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts))


def _crossing(times: NDArray[np.float64], reached: NDArray[np.bool_], what: str) -> float:
    found = np.flatnonzero(reached)
    if not len(found):
        raise Inconclusive(f"{what} was never reached in a window of {times[-1]:.1f} s")
    return float(times[found[0]])


REDUCTIONS: dict[str, Callable[[NDArray[np.float64], NDArray[np.float64], float], float]] = {
    "mean": _mean,
    "max": _maximum,
    "min": _minimum,
    "peak": _peak,
    "fall": _fall,
    "rise": _rise,
}
"""How a window becomes a value: mean, max, min, peak (of the absolute), or the time until |value| has fallen
to or risen to a threshold, s after the window's start."""

CROSSINGS = frozenset({"fall", "rise"})
