"""What the messages to an inverter carry of a large bank."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.dialects import Report

MOST_CURRENT = 3276.7
"""What 16 bits of 0.1 A with a sign carry in 0x351 and 0x356, A. What a master or a hub says beyond it has no
source."""


def carried(said: Report) -> Report:
    """Keep currents within what the messages carry: 96 modules of 37 A ask for 3552 A."""
    return replace(
        said,
        ccl=min(said.ccl, MOST_CURRENT),
        dcl=min(said.dcl, MOST_CURRENT),
        current=max(-MOST_CURRENT, min(said.current, MOST_CURRENT)),
    )
