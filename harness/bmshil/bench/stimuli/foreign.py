"""Frames with identifiers of nobody, from the disturber."""

from __future__ import annotations

from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from bmshil.bench.stimuli.states import repeat
from bmshil.journal import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bench import Bench

OTHERS = (0x111, 0x1A4, 0x222, 0x2B7, 0x4C3, 0x5D1, 0x6E2, 0x78F)
"""Of no known dialect, spread over the 11-bit range."""

OTHERS_RATE = 32.0
"""Frames a second, so that each comes four times."""

FLOOD = (0x122, 0x123, 0x124)
"""What a Batrium site sent (victronenergy/venus#1072)."""

ELEVEN_BITS = 0x800
"""Identifiers below it exist with 11 bits too."""

FLOOD_RATE = 300.0
"""Frames a second."""


def foreign_traffic(bench: Bench) -> None:
    """Send frames with identifiers that are nobody's, until the stimulus is taken away."""
    bench.stimulus("traffic with other identifiers")
    _send(bench, OTHERS, OTHERS_RATE)


def flood(bench: Bench) -> None:
    """Send 300 frames a second beside the bank's own, until the stimulus is taken away."""
    bench.stimulus(f"flood of {FLOOD_RATE:g} frames a second")
    _send(bench, FLOOD, FLOOD_RATE)


def as_extended(bench: Bench) -> None:
    """Say what the bank says with the same numbers and the other identifier length, once a period.

    The bank itself is silent then, so that a device which goes on has believed these frames.
    """
    bench.stimulus("silence, and the same numbers as identifiers of the other length")
    said = bench.bank[1].report
    frames = []
    for identifier, extended in bench.bus.identifiers():
        owner = bench.rig.ids.owner(identifier, extended)
        if owner is not None and (extended is False or identifier < ELEVEN_BITS):
            frames.append(Frame(identifier, bench.bank.dialect.encode(owner[1], said), not extended))
    bench.bank.silence()
    bench.standing.enter_context(bench.disturber.speaking())
    for frame in frames:
        repeat(bench, bench.bank[1].period, partial(bench.disturber.say, frame))


def _send(bench: Bench, identifiers: Iterable[int], rate: float) -> None:
    free = [one for one in identifiers if bench.rig.ids.owner(one, False) is None]
    frames = cycle([Frame(one, b"\x55\xaa" * 4) for one in free])
    bench.standing.enter_context(bench.disturber.speaking())
    repeat(bench, 1.0 / rate, lambda: bench.disturber.say(next(frames)))
