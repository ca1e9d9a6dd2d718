"""What the one who speaks for a bank has said, as the witness heard it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bmshil.bench.bus.duplicates import heard_at
from bmshil.errors import Inconclusive
from bmshil.judge import Measurement
from bmshil.judge.uncertainty import OF_STAMPS
from bmshil.timeline import Nanoseconds, to_seconds

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.dialects import PartialReport

TOLD_WITHIN = 0.15
"""How far a limit may lie from what it should be, V or A: three packs, rounded to 0.1 each."""


def last_said(bench: Bench, over: float = 3.0) -> PartialReport:
    """Let time pass, and return what the last frames of the bank say, read from their bytes.

    Args:
        bench: of a bank for which one speaks.
        over: s.

    Raises:
        Inconclusive: nobody spoke.
    """
    start = bench.seconds
    bench.run(over)
    dialect = bench.rig.dialect
    bases = {bench.rig.ids.wire(message.id, 1): message.id for message in dialect.messages}
    frames = {
        bases[one[1]]: one[2]
        for one in heard_at(bench.journal, bench.bus.ears, start, bench.seconds)
        if one is not None and one[1] in bases
    }
    if not frames:
        raise Inconclusive(f"nobody spoke for the bank within {over:g} s")
    return dialect.read(frames)


def require_told(bench: Bench, **limits: float) -> None:
    """Make sure that the bank tells the device what a test counts on, before the device is judged by it.

    Args:
        bench: of a bank for which one speaks.
        limits: cvl (V), ccl or dcl (A) as they have to be told.

    Raises:
        Inconclusive: it tells something else: that is the bank's own fault, and none of the device.
    """
    asks = bench.bank.asks()
    for name, expected in limits.items():
        told = getattr(asks, name)
        if not abs(told - expected) <= TOLD_WITHIN:
            raise Inconclusive(
                f"the bank of this rig tells {name.upper()} {told:.2f} instead of {expected:.2f}: its own "
                "fault, so that nothing can be said of the device"
            )


def longest_silence(bench: Bench, since: float) -> Measurement:
    """The longest time between two sets of the bank since ``since`` (s), until now."""
    first = bench.rig.ids.wire(bench.rig.dialect.messages[0].id, 1)
    times = [
        to_seconds(Nanoseconds(one[0]))
        for one in heard_at(bench.journal, bench.bus.ears, since, bench.seconds)
        if one is not None and one[1] == first
    ]
    gap = max(after - before for before, after in pairwise([since, *times, bench.seconds]))
    return Measurement("sets of the bank", since, bench.seconds, "longest silence", gap, "s", OF_STAMPS)
