"""How many frames are destroyed at which current: noise of the power stage, or a constant fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bmshil.journal import Direction
from bmshil.journal.layouts import DIRECTION_MASK, ERROR
from bmshil.ports.error_frames import ERROR_CLASSES, STATE_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.journal import Records

FEW = 3
"""So many more error frames than expected are chance."""

GROWTH = 3.0
"""Noise of the power stage grows at least so many times from rest to full power."""


class ErrorRate(NamedTuple):
    """What one port heard over a while.

    Attributes:
        current: mean of |I| at the device meanwhile, A.
        frames: that came through.
        errors: error frames.
    """

    current: float
    frames: int
    errors: int

    @property
    def share(self) -> float:
        """Share of all attempts that were destroyed, 0..1."""
        attempts = self.frames + self.errors
        return self.errors / attempts if attempts else 0.0


def count_frames(records: Records, port: str, start: float, end: float) -> tuple[int, int]:
    """Frames that came through and errors on the bus at one port over a window, s.

    Error frames are counted, but not those that only tell a change of state: it destroys nothing.
    """
    rows = records.frames(start, end)
    rows = rows[rows["port"] == records.ports.index(port)]
    flags, classes = rows["flags"], rows["id"]
    errors = (flags & ERROR) != 0
    through = np.isin(flags & DIRECTION_MASK, (Direction.RECEIVED, Direction.SENT)) & ~errors
    state = ((classes & STATE_CLASSES) != 0) & ((classes & ERROR_CLASSES) == 0)
    return int(np.count_nonzero(through)), int(np.count_nonzero(errors & ~state))


def classify_errors(rates: Sequence[ErrorRate]) -> str:
    """Name what destroys frames.

    Returns:
        "none", "noise grows with power" or "constant fault"; "too few errors to tell why" for a few under
        current and none at rest, which may be either, or chance.

    Args:
        rates: at rest first, then at rising current.

    Source: field articles on CAN noise: nothing at 20 A, some frames at 50 A, many above 80 A is noise of
    the power stage; wrong bit rates, identifiers and terminators disturb at rest too.
    """
    if not any(rate.errors for rate in rates):
        return "none"
    rest = rates[0]
    for rate in rates[1:]:
        expected = rest.share * (rate.frames + rate.errors)
        if rate.errors > FEW + GROWTH * expected:
            return "noise grows with power"
    return "constant fault" if rest.errors else "too few errors to tell why"
