"""The power budget: what bounds the stimuli on a rig, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bench.checks.check import Check
from bmshil.bench.fitness.levels import rating_bounds, rig_levels
from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.rig import Rig

LARGEST = 5
"""The largest limit of the tests, in units of I_ref."""


def check_budget(rig: Rig) -> Check:
    """The weakest of device, envelope, instruments and sources, and the currents that it leaves."""
    if rig.envelope is None or not rig.power:
        return Check.skipped("power budget", "no envelope or no power source: nothing is charged or fed here")
    try:
        chosen = rig_levels(rig)
    except InputError as error:
        return Check.failed("power budget", str(error).removeprefix(f"{rig.path}: "), "")
    amps, weakest = min(rating_bounds(rig))
    return Check.ok(
        "power budget",
        f"I_ref {chosen.reference:.1f} A, largest limit {LARGEST * chosen.reference:.0f} A; the weakest is "
        f"{weakest}, {amps:.0f} A at {chosen.high_cvl:g} V",
    )
