"""Fewer points for the same picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def decimate(
    times: NDArray[np.float64], values: NDArray[np.float64], points: int = 1500
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Keep at most ``points`` points of a series, and every peak of it.

    The series is cut into equal runs of samples; of each run the lowest and the highest value stay, in the
    order of time. The first and the last point stay too.

    Args:
        times: s, shape (n,), rising.
        values: any unit, shape (n,).
        points: at least 4.

    Returns:
        Times and values, shape (m,) each, m <= max(points, 4); the input itself when it is short enough.
    """
    count = len(values)
    if count <= points:
        return times, values
    runs = (max(points, 4) - 2) // 2
    edges = np.linspace(0, count, runs + 1).astype(int)
    kept = {0, count - 1}
    for first, last in pairwise(edges.tolist()):
        part = values[first:last]
        kept.update((first + int(np.argmin(part)), first + int(np.argmax(part))))
    index = np.array(sorted(kept))
    return times[index], values[index]
