"""The troubles of a rig that a campaign makes, and when each of them begins."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of trouble with the rig, once for a short and once for a long time.

    Attributes:
        name: for people.
        short: what the twin is told, without its begin; ``{sign}`` is drawn.
        long: likewise.
        on_can: whether it needs adapters of CAN.
    """

    name: str
    short: str
    long: str
    on_can: bool = False

    def text(self, begin: float, *, long: bool, sign: str) -> str:
        """As the twin is told, begin in s."""
        what, _, lasts = (self.long if long else self.short).format(sign=sign).partition(" for ")
        return f"{what} @{begin:.3f}s" + (f" for {lasts}" if lasts else "")


TROUBLES = (
    Trouble(name="late transmission", short="computer.stall seconds=0.8", long="computer.stall seconds=2.5"),
    Trouble(
        name="lost frames",
        short="emulator.drop share=1 for 0.5s",
        long="emulator.drop share=0.5 for 10s",
        on_can=True,
    ),
    Trouble(
        name="adapter outage", short="emulator.unplug for 0.3s", long="emulator.unplug for 3s", on_can=True
    ),
    Trouble(
        name="witness outage", short="witness.unplug for 0.3s", long="witness.unplug for 5s", on_can=True
    ),
    Trouble(name="instrument timeout", short="meter.silent for 0.2s", long="meter.silent for 5s"),
    Trouble(name="supply timeout", short="supply.silent for 0.2s", long="supply.silent for 5s"),
    Trouble(name="stuck meter", short="meter.stuck for 3s", long="meter.stuck"),
    Trouble(name="stuck supply", short="supply.stuck for 3s", long="supply.stuck"),
    Trouble(
        name="supply in limit", short="supply.limit current=2 for 1.5s", long="supply.limit current=2 for 30s"
    ),
    Trouble(
        # A source that comes back before it is missed is told from nothing: it stays away.
        name="dead source",
        short="relays.cut role=ac_grid",
        long="relays.cut role=ac_grid",
    ),
    Trouble(
        name="clock step",
        short="witness.clock step={sign}0.2",
        long="witness.clock step={sign}0.5",
        on_can=True,
    ),
)
"""Every kind of trouble that issue and field know; each is put into the time that is judged."""


class Moment(StrEnum):
    """When a trouble begins, against the time that is judged."""

    ANYWHERE = "anywhere"
    BEFORE = "before the test"
    TENTH = "last tenth"
    MEASURED = "while it is measured"
    LAST = "last moments"


SECONDS_BEFORE = 1.0
"""A trouble that begins before the test begins at most so long before, s: then it reaches into it."""

SECONDS_LAST = 0.6
"""The last moments of what is judged, s."""


def begin(
    moment: Moment, start: float, windows: Sequence[tuple[float, float]], chance: random.Random
) -> float:
    """Draw when a trouble begins, s.

    Args:
        moment: of which kind.
        start: begin of the test, s.
        windows: begin and end of what is measured for a judgement, s; at least one.
        chance: draws.
    """
    last = max(end for _, end in windows)
    share = chance.random()
    if moment is Moment.BEFORE:
        return start - share * SECONDS_BEFORE
    if moment is Moment.TENTH:
        return last - 0.1 * share * (last - start)
    if moment is Moment.LAST:
        return last - share * SECONDS_LAST
    if moment is Moment.MEASURED:
        first, end = chance.choice(windows)
        return max(start, first + (share - 0.1) * (end - first))
    return start + share * (last - start)
