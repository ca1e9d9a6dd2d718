"""Whether a trouble of the rig could have mattered to a verdict: two recorded runs are compared.

On simulated time a run with a trouble is the run without it, digit by digit, until the trouble touches
something. So a trouble **could not have mattered** where, held against the run without it,

1. the same was judged, by the same recipes over the same windows; every number within its expanded
   uncertainty, every fact and word the same;
2. each sample in the window of a judgement was taken at the same time and lies within the uncertainty of
   the instrument: a highest value, too, stands on all that were not higher;
3. until the last of these windows ended, each frame of the bus was sent and heard as often.

Then the rig has not left its own tolerance in what the verdict stands on, and the verdict may stand. The
universal check of the bus goes on to the very end and is not counted: it says nothing about the question.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bmshil.judge.conclusion import UNIVERSAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bmshil.bench.bench import Bench

CHANNELS = {"dc.voltage": "V", "dc.current": "A"}
"""Where the device shows what it does, and the unit."""

Samples = tuple["NDArray[np.float64]", "NDArray[np.float64]"]
"""Times, s, and values."""


class Recorded(NamedTuple):
    """What one run has left.

    Attributes:
        report: of its test, as plain values.
        samples: what was measured at the terminals, by channel.
        known: how well, by channel: the expanded uncertainty that the rig states.
        frames: time, s, and a number for port and identifier of each frame, shape (n,) each.
    """

    report: Mapping[str, Any]
    samples: Mapping[str, Samples]
    known: Mapping[str, float]
    frames: tuple[NDArray[np.float64], NDArray[np.int64]]

    @property
    def judged(self) -> list[Mapping[str, Any]]:
        """The judgements, without the universal check."""
        return [one for one in self.report.get("judgements", ()) if one["citation"] != UNIVERSAL]

    @property
    def windows(self) -> list[tuple[float, float]]:
        """Begin and end of what each judgement rests on, s."""
        return [(one["measurement"]["start"], one["measurement"]["end"]) for one in self.judged]


def recorded(report: Mapping[str, Any], bench: Bench) -> Recorded:
    """Keep what a bench has recorded in its test."""
    span = report.get("start", 0.0), report.get("end", bench.seconds)
    rows = bench.journal.frames(*span)
    return Recorded(
        report,
        {name: bench.journal.samples(name, *span) for name in CHANNELS},
        {name: bench.rig.tolerances.of(unit) for name, unit in CHANNELS.items()},
        (rows["t"] * 1e-9, (rows["port"].astype(np.int64) << 32) | rows["id"]),
    )


def nothing_recorded(report: Mapping[str, Any]) -> Recorded:
    """What is left of a rig that could not be opened."""
    return Recorded(report, {}, {}, (np.empty(0), np.empty(0, np.int64)))


def could_have_mattered(without: Recorded, run: Recorded) -> bool:
    """Whether a trouble could have mattered to what was judged; by the rule above.

    Args:
        without: the run without the trouble.
        run: the run with it.
    """
    pairs = list(zip(without.judged, run.judged, strict=False))
    if not pairs or len(without.judged) != len(run.judged):
        return True
    last = max(end for _, end in without.windows)
    return (
        any(not _alike(one, other) for one, other in pairs)
        or any(_touched(one["measurement"], without, run) for one, _ in pairs)
        or _heard(without, last) != _heard(run, last)
    )


def _touched(measured: Mapping[str, Any], without: Recorded, run: Recorded) -> bool:
    """Whether a sample that a value stands on was another one."""
    channel = measured["channel"]
    looked_at = [channel] if channel in CHANNELS else list(CHANNELS)
    start, end = measured["start"], measured["end"]
    return any(
        not _same(without.samples[one], run.samples[one], start, end, run.known[one]) for one in looked_at
    )


def _same(one: Samples, other: Samples, start: float, end: float, known: float) -> bool:
    """Whether samples from ``start`` to ``end``, s, were taken at the same times and say the same."""
    (times, values), (again, found) = (
        (taken[(taken >= start) & (taken <= end)], said[(taken >= start) & (taken <= end)])
        for taken, said in (one, other)
    )
    return bool(np.array_equal(times, again)) and bool(np.all(np.abs(values - found) <= known))


def _heard(run: Recorded, last: float) -> Counter[int]:
    """How often each port has sent or heard each frame, up to ``last``, s."""
    times, names = run.frames
    return Counter(names[times <= last].tolist())


RECIPE: Sequence[str] = ("channel", "start", "end", "reduction", "parameter")


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two judgements rest on the same."""
    first, second = one["measurement"], other["measurement"]
    if one["statement"] != other["statement"] or any(first.get(key) != second.get(key) for key in RECIPE):
        return False
    if isinstance(first["value"], bool | str) or isinstance(second["value"], bool | str):
        return bool(first["value"] == second["value"])
    return bool(abs(first["value"] - second["value"]) <= second["uncertainty"])
