"""What one process does of a run: all of it, or what an interrupted one has left."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bmshil.cli.qualifying.opening import open_run
from bmshil.cli.qualifying.planning import plan_of, wants_plan
from bmshil.cli.qualifying.resuming import remaining, require_resumable
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import Namespace
    from contextlib import ExitStack

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


def begin_part(rig: Rig, tests: Path, options: Namespace, stack: ExitStack) -> Part:
    """Begin a run, or look whether one can be gone on with: nothing of that one is changed yet.

    Args:
        rig: the rig.
        tests: folder of the tests.
        options: of the command line.
        stack: holds the run against others until it is closed.

    Raises:
        InputError: a number of repetitions that is none, a plan without tests, a run that cannot go on, or
            one that another process works on.
    """
    if options.repeat < 1:
        raise InputError(f"--repeat {options.repeat}: write at least 1")
    if options.resume:
        from bmshil.evidence import RunStore

        store = RunStore.open(Path(options.resume))
        stack.enter_context(store.held())
        name = f"main-{len(store.read().resumed) + 2}"
        # Left by a kill while the rig was opened: no test has begun in it.
        shutil.rmtree(store.journal(name), ignore_errors=True)
        require_resumable(rig, options, store)
        return Part(store, name, remaining(rig, tests, options, store))
    plan = plan_of(rig, tests, options) if wants_plan(options) else None
    store = open_run(rig, options)
    stack.enter_context(store.held())
    if plan is not None:
        store.plan.write_bytes(msgspec.json.format(msgspec.json.encode(plan), indent=2))
    return Part(store, plan=plan)
