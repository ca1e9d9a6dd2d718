"""How the device follows a step of a limit: dead time, time to 90 %, overshoot."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.fitness.levels import NEAR_FULL
from bmshil.bench.reactions.loss import fast_sampling
from bmshil.errors import Inconclusive
from bmshil.judge import Measurement

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bench.bench import Bench

WINDOW = 3.0
"""Span of the means before and after the step, s."""

CLEAR = 5.0
"""The step must be this many times the uncertainty of its ends, or nothing can be said about its course."""


class StepResponse(msgspec.Struct, frozen=True):
    """How a step was followed. Times count from the first message that carried it.

    Attributes:
        dead_time: until 10 % of the step, s.
        to_90: until 90 % of the step, s.
        overshoot: beyond the final value, in the unit of the channel, never negative.
        before: mean before the step.
        after: mean at its end.
    """

    dead_time: Measurement
    to_90: Measurement
    overshoot: Measurement
    before: Measurement
    after: Measurement


def bring_to_cvl_step(bench: Bench, direction: str, step: float, unit: float) -> tuple[float, float]:
    """Charge to the constant voltage from which the CVL is to step, in the range that the levels leave.

    Args:
        bench: the bench, with any bank.
        direction: ``up`` or ``down``.
        step: V.
        unit: the current that each pack asks for, A.

    Returns:
        The CVL that is in force and the one to step to, V.

    Raises:
        Inconclusive: the device did not get there.
    """
    low, high = bench.levels.low_cvl, bench.levels.high_cvl
    before, after = (low + step, low) if direction == "down" else (high - step, high)
    bench.prepare(soc=NEAR_FULL)
    bench.bank.limit(cvl=before)
    bench.settle_generously()
    # The step up takes more current: the device must have it.
    bench.charge(limit=unit if direction == "up" else unit / 2)
    if not bench.until_cv(timeout=600).in_cv:
        raise Inconclusive(f"the device did not charge to {before:g} V: no step from there can be seen")
    if direction == "up":
        bench.until(lambda: bench.control.current < 0.6 * bench.largest_current, timeout=300)
    return before, after


def step_response(bench: Bench, channel: str, change: Callable[[], object]) -> StepResponse:
    """Change a limit while the device moves, and follow what it does.

    The times are known to one tick of the device, to the time that the packs take to tell the new limit one
    after the other, and to what the uncertainty of the channel makes of the slope.

    Args:
        bench: the bench, with the old limit in force and followed.
        channel: ``dc.voltage`` or ``dc.current``.
        change: sets the new limit.

    Raises:
        Inconclusive: the new limit was never told, or the step is too small to see its course.
    """
    with fast_sampling(bench):
        bench.run(WINDOW)
        before = bench.measure(channel, bench.seconds - WINDOW)
        first, last = _tell(bench, change)
        bench.run(3 * bench.following + WINDOW)
    after = bench.measure(channel, bench.seconds - WINDOW)
    low, high = float(before.value), float(after.value)
    step = high - low
    doubt = math.hypot(before.uncertainty, after.uncertainty)
    if abs(step) < CLEAR * doubt:
        raise Inconclusive(
            f"{channel} moved by {step:.2f} {after.unit} only, known to {doubt:.2g}: no course could be seen"
        )
    reduction = "fall" if abs(high) < abs(low) else "rise"
    crossings = [
        bench.measure(channel, first, reduction=reduction, parameter=abs(low + share * step))
        for share in (0.1, 0.9)
    ]
    span = float(crossings[1].value) - float(crossings[0].value)
    known = math.hypot(
        crossings[0].uncertainty,
        bench.declares.tick,
        last - first,
        bench.rig.tolerances.of(after.unit) * span / (0.8 * abs(step)),
    )
    dead_time, to_90 = (msgspec.structs.replace(one, uncertainty=known) for one in crossings)
    return StepResponse(
        dead_time, to_90, _overshoot(bench, channel, first, step=step, after=after), before, after
    )


def _tell(bench: Bench, change: Callable[[], object]) -> tuple[float, float]:
    """Change the limit; returns when the first and the last speaker had told it, s."""
    ids = [] if bench.rig.over_rs485 else bench.bus.identifiers(bench.bank.dialect.role("limits"))
    speakers = [[one] for one in ids] or [[]]  # on a serial line one answer tells all
    changed = bench.seconds
    change()

    def told() -> list[float]:
        heard = map(bench.bus.last_acknowledged, speakers)
        return [when for when in heard if when is not None and when > changed]

    if not bench.until(lambda: len(told()) == len(speakers), 3 * bench.declares.period.nominal + 1.0):
        raise Inconclusive("the new limit was never heard at the witness and acknowledged")
    return min(told()), max(told())


def _overshoot(bench: Bench, channel: str, start: float, *, step: float, after: Measurement) -> Measurement:
    extreme = bench.measure(channel, start, reduction="max" if step > 0 else "min")
    beyond = (float(extreme.value) - float(after.value)) * (1.0 if step > 0 else -1.0)
    return Measurement(
        channel,
        start,
        bench.seconds,
        f"{extreme.reduction} less mean of the last {WINDOW:g} s",
        max(0.0, beyond),
        after.unit,
        math.hypot(extreme.uncertainty, after.uncertainty),
    )
