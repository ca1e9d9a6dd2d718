"""Going on with a run that was interrupted: only where everything is as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.qualifying.plan import Plan
from bmshil.cli.qualifying.planning import tasks_of
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from bmshil.evidence import RunStore, Summary
    from bmshil.rig import Rig


def declare_resuming(parser: ArgumentParser) -> None:
    """Declare the arguments about going on with a run."""
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with this interrupted run, on the same rig and device; what has a verdict keeps it",
    )


def reopen_run(rig: Rig, options: Namespace) -> RunStore:
    """Open the run to go on with, and take over what it was asked to test.

    Raises:
        InputError: there is no such run, it is complete, or something is not as it was: says what.
    """
    from bmshil.evidence import RunStore
    from bmshil.evidence.bundle import reopen

    store = RunStore.open(Path(options.resume))
    summary = store.read()
    if summary.complete:
        raise InputError(f"{store.path}: every test has a result: nothing to go on with")
    for what, then, now in _compared(rig, options, summary):
        if then != now:
            raise InputError(
                f"{store.path}: cannot be resumed: {what} is {now!r}, was {then!r}; start a new run"
            )
    for name in _changed_files(rig, store, summary):
        raise InputError(f"{store.path}: cannot be resumed: the {name} file has changed; start a new run")
    if any(one.attempt > 1 for requirement in summary.requirements for one in requirement.tests) or (
        "--repeat" in summary.command
    ):
        raise InputError(
            f"{store.path}: cannot be resumed: its tests were to run several times, and nobody can tell "
            "which attempts are missing; start a new run"
        )
    reopen(store)
    options.only = summary.selection or None
    options.seed = summary.seed
    summary.resumed.append(datetime.now(UTC))
    store.write(summary)
    return store


def remaining(rig: Rig, tests: Path, options: Namespace, store: RunStore) -> Plan:
    """The plan of the run without the tests that have a verdict."""
    done = store.read().attempts
    if store.plan.is_file():
        plan = msgspec.json.decode(store.plan.read_bytes(), type=Plan)
    else:
        plan = Plan(tuple(tasks_of(rig, tests, options)), {})
    return Plan(
        tuple(task for task in plan.tasks if task.test not in done),
        {test: reason for test, reason in plan.left_out.items() if test not in done},
    )


def _compared(rig: Rig, options: Namespace, summary: Summary) -> Iterator[tuple[str, object, object]]:
    """What must be the same, with its value then and now."""
    from bmshil.evidence import versions

    yield "the rig", summary.rig.name, rig.name
    yield "the profile", summary.dut.profile, rig.profile.name
    yield "the firmware", summary.dut.firmware, rig.dut.firmware
    yield "the serial number", summary.dut.serial, rig.dut.serial
    yield "the mutation", summary.dut.mutation, options.mutate
    yield "the report's class", summary.facts.report_class, options.report_class
    yield "the version of bmshil", summary.versions.get("bmshil"), versions()["bmshil"]
    if options.only is not None:
        yield "the selection -k", summary.selection, options.only
    if options.seed is not None:
        yield "the seed", summary.seed, options.seed


def _changed_files(rig: Rig, store: RunStore, summary: Summary) -> Iterator[str]:
    """Which of the files that the run was made from are not what they were."""
    from bmshil.cli.qualifying.evidence import input_files

    now = input_files(rig)
    yield from (what for what in summary.facts.inputs if what not in now)
    for what, (_, content) in now.items():
        place = summary.facts.inputs.get(what)
        if place is None or not _same(store.path / place, content):
            yield what


def _same(kept: Path, content: bytes) -> bool:
    return kept.is_file() and kept.read_bytes() == content
