"""Charging until the voltage is the limit that binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.terminals.watches import ChargeWatch
from bmshil.errors import Inconclusive
from bmshil.judge import Measurement  # noqa: TC001 - msgspec reads the type at run time

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench

WINDOW = 4.0
"""Span of the means at the end of a charge, s: whole line cycles, and shorter than the hold of the watch."""


class Reached(msgspec.Struct, frozen=True):
    """How a charge ended.

    Attributes:
        voltage: mean at the DUT's terminals.
        current: mean into the bank.
        in_cv: True in constant voltage, False when the device just stopped.
    """

    voltage: Measurement
    current: Measurement
    in_cv: bool


def charge_until_cv(bench: Bench, timeout: float) -> Reached:
    """Let the device charge until constant voltage, or until it stops by itself.

    Raises:
        Inconclusive: neither happened in time, so that nothing can be said about the final voltage.
    """
    control = bench.control
    idle, resistance = 0.02 * bench.declares.rating.charge_current, bench.packs.resistance
    watch = ChargeWatch(bench.timeline, idle_current=idle, resistance=resistance)
    control.subscribe(watch.take)
    try:
        over = bench.until(lambda: watch.over, timeout)
    finally:
        control.unsubscribe(watch.take)
    if not over:
        raise Inconclusive(
            f"after {timeout:g} s at {control.current:.1f} A and {control.voltage:.2f} V "
            "the device is neither in constant voltage nor idle: give it more time"
        )
    # With this, and with the samples, anybody can look again whether the voltage was held.
    since, until = watch.window
    bench.journal.event(
        "charged",
        "bench",
        start=since,
        end=until,
        idle_current=idle,
        resistance=resistance,
        in_cv=watch.in_cv,
    )
    start = bench.seconds - WINDOW
    return Reached(bench.measure("dc.voltage", start), bench.measure("dc.current", start), watch.in_cv)
