"""Showing, after a test, that what fed or loaded the device was still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench import baseline
from bmshil.bench.fitness.levels import START_SOC
from bmshil.errors import Blocked
from bmshil.judge import Verdict

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench
    from bmshil.bench.terminals.power import Direction
    from bmshil.judge import Judgement


def look_for_dead_source(bench: Bench) -> None:
    """Show the stimulus of the test a second time, where its source may have failed or become weak.

    A grid that has tripped, or a load that has, ends a current as a defect of the device does; one that has
    become weak lets too little flow; and without a grid a device is an island, which may have rules of its
    own. So what should have been there is shown after the test, from the same baseline. Where nothing comes,
    the journal has it as trouble of the rig, and the test finds neither for nor against the device.

    A device that does not come back to the baseline says so at the next test, and has no dead source. Nor
    has one that has never moved anything in this run, and moves nothing in the other direction either: it is
    deaf, and what was found against it stands.

    Raises:
        RigError: the rig failed meanwhile.
    """
    asked = bench.power.asked
    if asked is None:
        return
    direction, limit = asked
    sign = 1.0 if direction == "charge" else -1.0
    idle = baseline.idle_current(bench)
    flows = sign * bench.control.current > idle
    if flows:
        bench.power.has_moved = True
    failed = [one for one in bench.judge.judgements if one.verdict is Verdict.FAIL]
    wanted: list[tuple[Direction, float]] = []
    if not flows or (limit and any(not _too_much(one, sign) for one in failed)):
        wanted.append((direction, limit or 2 * idle))
    if direction == "discharge" and "ac_grid" in bench.rig.power:
        wanted.append(("charge", bench.levels.reference))
    if not wanted:
        return
    bench.stimulus("baseline: is what feeds and loads the device still there?")
    try:
        baseline.restore(bench, soc=START_SOC)
    except Blocked:
        return
    for one, amps in wanted:
        try:
            bench.power.show(one, amps)
        except Blocked as error:
            if bench.power.has_moved or _moves(
                bench, "charge" if one == "discharge" else "discharge", 2 * idle
            ):
                bench.journal.event("dead_source", "power", cause=str(error))


def _moves(bench: Bench, direction: Direction, amps: float) -> bool:
    """Whether the device can be made to move current in a direction."""
    if not bench.power.can(direction):
        return False
    try:
        bench.power.show(direction, amps)
    except Blocked:
        return False
    return True


def _too_much(judgement: Judgement, sign: float) -> bool:
    """Whether a finding is that more flows, or a higher voltage stands, than may: that needs a source."""
    value, limit = judgement.measurement.value, judgement.limit
    bounds = limit if isinstance(limit, tuple) else (limit, limit)
    if judgement.measurement.unit not in {"A", "V"} or not all(
        isinstance(one, int | float) for one in (value, *bounds)
    ):
        return False
    low, high = (float(one) for one in bounds)
    return float(value) > high if sign > 0 else float(value) < low
