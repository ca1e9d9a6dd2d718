"""What one process does of a run: all of it, or what an interrupted one has left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bmshil.cli.qualifying.opening import open_run
from bmshil.cli.qualifying.planning import plan_of, wants_plan
from bmshil.cli.qualifying.resuming import remaining, reopen_run
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from bmshil.cli.qualifying.plan import Plan
    from bmshil.evidence import RunStore
    from bmshil.rig import Rig


class Part(NamedTuple):
    """What this process does of a run.

    Attributes:
        store: the run.
        name: of its journal; the first one of a run is "main".
        plan: what to run, in order; None for all that is there.
    """

    store: RunStore
    name: str = "main"
    plan: Plan | None = None


def begin_part(rig: Rig, tests: Path, options: Namespace) -> Part:
    """Begin a run, or go on with one.

    Raises:
        InputError: a number of repetitions that is none, a plan without tests, or a run that cannot go on.
    """
    if options.repeat < 1:
        raise InputError(f"--repeat {options.repeat}: write at least 1")
    if options.resume:
        store = reopen_run(rig, options)
        return Part(store, f"main-{len(store.read().resumed) + 1}", remaining(rig, tests, options, store))
    plan = plan_of(rig, tests, options) if wants_plan(options) else None
    store = open_run(rig, options)
    if plan is not None:
        store.plan.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=2))
    return Part(store, plan=plan)
