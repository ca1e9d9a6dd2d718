"""Voltage of a lithium iron phosphate cell over its state of charge.

This is a model, not a measurement of one product:

* 0 to 98 % follows the table that LibreSolar's BMS firmware ships (``bms_common.c``, commit 9ff895e, 21
  points). A second public table (davidmcq137/JetiLuaDFM, ``A123.lua``) agrees within about 10 mV from 10 to
  95 %.
* 98 to 100 % is the charging knee: 3.45 V at 99 % and 3.65 V at 100 %, as seen on cells under charge. The
  shipped table gives 3.392 V at 100 %, which is a full cell hours after charging. A bench plays batteries
  that are being charged, so the knee is what an inverter has to meet.
* Below 0 and above 100 % the curve goes on steeply and in a straight line, so that an inverter that does not
  stop is seen at once: 3.95 V at 101 %, 2.633 V at -1 %.

The points are joined by a monotone cubic (Fritsch and Butland, 1984), sampled every 0.1 % and straight
between samples: one step of a pack then costs a comparison and a multiplication. There is no hysteresis. A
full cell at rest keeps its knee voltage.
"""

import math
from itertools import pairwise
from typing import Final, NamedTuple

LIBRESOLAR: Final = (
    2.833, 3.132, 3.177, 3.190, 3.213, 3.226, 3.240, 3.252, 3.262, 3.264, 3.265,
    3.268, 3.271, 3.275, 3.283, 3.296, 3.304, 3.308, 3.309, 3.314, 3.392,
)  # fmt: skip
"""V per cell at 0, 5, ... 100 % SOC."""

KNEE: Final = ((0.98, 3.3608), (0.99, 3.45), (1.00, 3.65))
"""SOC and V per cell. The first point lies on the chord of the table from 95 to 100 %."""

SLOPE_BELOW_EMPTY: Final = 20.0
"""V per unit of SOC under 0 %: an assumption, three times the table's own slope from 0 to 5 %."""

SLOPE_ABOVE_FULL: Final = 30.0
"""V per unit of SOC over 100 %: an assumption, half as steep again as the knee from 99 to 100 %."""

_GRID: Final = 1000


class Segment(NamedTuple):
    """A straight piece of the curve: ``voltage = intercept + slope * soc`` for ``low <= soc < high``."""

    low: float
    high: float
    intercept: float
    """V per cell."""
    slope: float
    """V per cell and unit of SOC, > 0."""


def segment(soc: float) -> Segment:
    """Return the piece of the curve that holds at this SOC.

    Args:
        soc: state of charge, 0..1; values outside mean overcharge or deep discharge.
    """
    return _SEGMENTS[min(max(math.floor(soc * _GRID), -1), _GRID) + 1]


def open_circuit_voltage(soc: float) -> float:
    """Return the voltage of one cell without current, V.

    Args:
        soc: state of charge, 0..1; values outside mean overcharge or deep discharge.
    """
    piece = segment(soc)
    return piece.intercept + piece.slope * soc


def _knots() -> list[tuple[float, float]]:
    table = [(index * 0.05, volts) for index, volts in enumerate(LIBRESOLAR[:-1])]
    return [*table, *KNEE]


def _tangents(knots: list[tuple[float, float]]) -> list[float]:
    """Slopes at the points: the weighted harmonic mean of both neighbours keeps the curve rising."""
    steps = [right[0] - left[0] for left, right in pairwise(knots)]
    chords = [(right[1] - left[1]) / (right[0] - left[0]) for left, right in pairwise(knots)]
    inner = [
        3 * (before + after) / ((2 * after + before) / chord + (after + 2 * before) / next_chord)
        for (before, after), (chord, next_chord) in zip(pairwise(steps), pairwise(chords), strict=True)
    ]
    # At the ends the chord itself; Fritsch and Carlson allow up to three times the chord.
    return [chords[0], *inner, chords[-1]]


def _samples() -> list[float]:
    knots, values = _knots(), []
    tangents = _tangents(knots)
    left = 0
    for index in range(_GRID + 1):
        soc = index / _GRID
        while left < len(knots) - 2 and soc >= knots[left + 1][0] - 1e-12:
            left += 1
        (start, low), (end, high) = knots[left], knots[left + 1]
        width = end - start
        x = (soc - start) / width
        values.append(
            low
            + (high - low) * x * x * (3 - 2 * x)
            + width * x * (1 - x) * (tangents[left] * (1 - x) - tangents[left + 1] * x)
        )
    return values


def _segments() -> tuple[Segment, ...]:
    values = _samples()
    inner = []
    for index, (low, high) in enumerate(pairwise(values)):
        slope = (high - low) * _GRID
        inner.append(Segment(index / _GRID, (index + 1) / _GRID, low - slope * index / _GRID, slope))
    below = Segment(-math.inf, 0.0, values[0], SLOPE_BELOW_EMPTY)
    above = Segment(1.0, math.inf, values[-1] - SLOPE_ABOVE_FULL, SLOPE_ABOVE_FULL)
    return (below, *inner, above)


_SEGMENTS: Final = _segments()
