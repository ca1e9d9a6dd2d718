"""The preflight: a rig opened part by part, each looked at by itself, and everything off at the end."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.bench.assembly.doors import check_device, find_doors, through
from bmshil.bench.assembly.house import open_ground
from bmshil.bench.assembly.rig_parts import RigParts
from bmshil.bench.assembly.twin_faults import Twin, TwinFault, plan_fault, with_plugs
from bmshil.bench.checks.budget import check_budget
from bmshil.bench.checks.check import Check, Result
from bmshil.bench.checks.computer import Clocks, check_disk
from bmshil.bench.checks.paper import paper_checks
from bmshil.errors import RigError
from bmshil.rig import RigLock
from bmshil.safety import teardown_on_termination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.rig import Rig

EXPECTED = 120.0
"""How long a preflight may need a rig, s."""

LOCKED = ("rig file", "last run")
"""Checks without which nothing is opened at all."""


def check_rig(
    rig: Rig,
    *,
    mutation: str | None = None,
    faults: Sequence[TwinFault] = (),
    runs: Path = Path("runs"),
    power: bool = True,
) -> list[Check]:
    """Look at everything that a qualification on this rig needs.

    Nothing is energised that a check does not need: the DC path is tried at a low voltage and a low current,
    the device gets its voltage only when everything before was right, and then everything is verified off.

    Args:
        rig: from ``load``.
        mutation: deviation of the twin's inverter.
        faults: what goes wrong with a twin that this process makes.
        runs: where evidence goes.
        power: False leaves every output off.

    Returns:
        A line for each check, in the order in which they were made.

    Raises:
        InputError: a mistake in the rig file that shows only now.
    """
    clocks = Clocks()
    checks = [*paper_checks(rig, mutation), check_budget(rig), check_disk(runs)]
    if any(one.result is Result.FAILED and one.name in LOCKED for one in checks):
        return [*checks, Check.skipped("instruments", "nothing is opened on a rig that is refused")]
    step = "lock"
    try:
        with ExitStack() as stack:
            stack.enter_context(teardown_on_termination())
            lock = None
            if not rig.inside:
                lock = stack.enter_context(RigLock(rig.name, "check", expected=EXPECTED))
                checks.append(Check.ok("lock", "free; held by this check meanwhile"))
            step, twin = "served twin", None
            if rig.served:
                doors = find_doors(rig)
                check_device(rig, doors, mutation)
                rig, twin = through(rig, doors), doors.pid
            rig, plugs = with_plugs(rig, faults)
            step = "the rig itself"
            ground = open_ground(rig, stack, None, simulated=rig.inside, mutated=mutation)
            if ground.software is not None:
                for fault in faults:
                    plan_fault(ground.timeline, fault, Twin(ground.software, plugs))
            parts = RigParts(ground, stack, checks, power=power)
            if lock is not None and ground.software is None and rig.instruments:
                parts.guard(lock, twin)
            parts.check()
    except RigError as error:
        checks.append(Check.failed(step, str(error), ""))
    return [*checks, clocks.check()]
