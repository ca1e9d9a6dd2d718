"""Showing, after a test, that what fed or loaded the device was still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench import baseline
from bmshil.bench.fitness.levels import START_SOC
from bmshil.errors import Blocked

if TYPE_CHECKING:
    from bmshil.bench.bench import Bench


def look_for_dead_source(bench: Bench) -> None:
    """Show the stimulus of the test a second time, where nothing flows any more at its end.

    A grid that has tripped, or a load that has, ends a current as a defect of the device does. So what the
    test has shown before its question is shown again after it, from the same baseline. Where nothing comes,
    the journal has it as trouble of the rig, and that test finds neither for nor against the device.

    A device that does not come back to the baseline says so at the next test, and has no dead source.

    Raises:
        RigError: the rig failed meanwhile.
    """
    shown = bench.power.shown
    if shown is None:
        return
    direction, limit = shown
    sign = 1.0 if direction == "charge" else -1.0
    if sign * bench.control.current > baseline.idle_current(bench):
        return
    bench.stimulus(f"nothing flows at the end: is the source of the {direction} still there?")
    try:
        baseline.restore(bench, soc=START_SOC)
    except Blocked:
        return
    try:
        bench.power.show(direction, min(limit, bench.levels.reference))
    except Blocked as error:
        bench.journal.event("dead_source", "power", cause=str(error))
