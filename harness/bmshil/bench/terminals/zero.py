"""The zero of a current measurement: what the supply reads where nothing can flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import RigError

if TYPE_CHECKING:
    from bmshil.instruments import Supply

ZERO_READINGS = 10
"""Readings of the current that make its zero: noise falls to a third."""

LARGEST_ZERO = 2.0
"""Above this a current that nothing carries is no offset, A."""


def zero_of(supply: Supply) -> float:
    """Measure what a supply reads without any current, A; its contactors are open.

    The output is switched off, unless current flows already.

    Raises:
        RigError: the reading is no offset.
        InstrumentError: the supply refused or failed.
    """
    _require_no_current(supply.read()[1])
    supply.output(False)
    zero = sum(supply.read()[1] for _ in range(ZERO_READINGS)) / ZERO_READINGS
    _require_no_current(zero)
    return zero


def _require_no_current(current: float) -> None:
    if not abs(current) <= LARGEST_ZERO:
        raise RigError(
            f"supply: reads {current:.1f} A with open contactors, more than {LARGEST_ZERO:g} A: "
            "check the current measurement, and whether something was left on"
        )
