"""Timing what the device does when messages are lost, and when they come back."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from bmshil.errors import Inconclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bmshil.bench.bench import Bench
    from bmshil.bench.bus.watch import Identifier
    from bmshil.judge import Measurement

FAST = 0.05
"""Distance of two samples while timing counts, s."""

REMAINS = 0.1
"""The reaction is the first window in which |I| is at most this share of what it was."""

RETURNS = 0.9
"""Power is back when |I| is at least this share of what it was."""

MARGIN = 1.0
"""Added to both ends of a declared time, s."""


class Loss(msgspec.Struct, frozen=True):
    """How the device reacted to a loss.

    Attributes:
        start: end of the last acknowledged frame before the loss, s of timeline time.
        before: mean current before, A.
        reaction: time until the current was gone, s; None when it did not go.
    """

    start: float
    before: Measurement
    reaction: Measurement | None


@contextmanager
def fast_sampling(bench: Bench) -> Iterator[None]:
    """Sample at 20 Hz, for timing."""
    bench.control.set_period(FAST)
    try:
        yield
    finally:
        bench.control.set_period(bench.control.default_period)


def lose(
    bench: Bench, cut: Callable[[], object], identifiers: Iterable[Identifier], *, timeout: float
) -> Loss:
    """Take messages away and time how long the device goes on.

    Args:
        bench: the bench, charging or discharging.
        cut: takes the messages away.
        identifiers: what is taken away; the last acknowledged one of them is the start of the clock.
        timeout: longest time to wait for a reaction, s.

    Raises:
        Inconclusive: there was no current to lose, or the messages were never heard.
    """
    before = bench.current()
    amps = abs(float(before.value))
    if amps < 0.05 * bench.declares.rating.charge_current:
        raise Inconclusive(f"only {amps:.1f} A flow before the loss: no reaction could be seen")
    wanted = list(identifiers)
    cut()
    bench.until(lambda: abs(bench.control.current) <= REMAINS * amps, timeout)
    bench.run(1.0)
    start = bench.bus.last_acknowledged(wanted)
    if start is None:
        raise Inconclusive(
            "the lost messages were never heard at the witness and acknowledged: check can.witness"
        )
    try:
        reaction = bench.measure("dc.current", start, reduction="fall", parameter=REMAINS * amps)
    except Inconclusive:
        reaction = None
    return Loss(start, before, reaction)


def longest_reaction(bench: Bench, declared: float | None) -> float:
    """How long to wait for a reaction, s: as long as declared or as the lab allows, and what is in doubt.

    Args:
        bench: the bench.
        declared: time-out of the device, s; None where it declares none.
    """
    window = bench.declares.period.nominal + MARGIN
    return max(declared or 0.0, bench.acceptance.loss_stop) + 2 * window


def lose_messages(bench: Bench, *ids: int, declared: float | None) -> Loss:
    """Let the bank fall silent, and time how long the device goes on.

    Args:
        bench: the bench, charging or discharging.
        ids: base identifiers that are lost; all messages without any.
        declared: time-out of the device for them, s; None where it declares none.

    Raises:
        Inconclusive: there was no current to lose, or the messages were never heard.
    """
    with fast_sampling(bench):
        return lose(
            bench,
            lambda: bench.bank.silence(*ids),
            bench.bus.identifiers(*ids),
            timeout=longest_reaction(bench, declared),
        )


def returned(bench: Bench, before: Measurement, start: float, *, timeout: float) -> Measurement | None:
    """Time until the current is back at 90 % of what it was, s after ``start``; None when it is not."""
    amps = abs(float(before.value))
    if not bench.until(lambda: abs(bench.control.current) >= RETURNS * amps, timeout):
        return None
    bench.run(1.0)
    return bench.measure("dc.current", start, reduction="rise", parameter=RETURNS * amps)
