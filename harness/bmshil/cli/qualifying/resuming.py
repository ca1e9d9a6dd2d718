"""Going on with a run that was interrupted: only where everything is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.places import tests_folder
from bmshil.cli.qualifying.plan import Plan
from bmshil.cli.qualifying.planning import planned_words, tasks_of, wants_plan
from bmshil.cli.requirements import collect_requirements
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator
    from pathlib import Path

    from bmshil.evidence import RunStore, Summary
    from bmshil.evidence.facts import PartRecord
    from bmshil.rig import Rig


LANE = "lane "
"""How the words of a plan begin that was made for a lane."""


def declare_resuming(parser: ArgumentParser) -> None:
    """Declare the arguments about going on with a run."""
    parser.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with this interrupted run, on the same rig and device; what has a verdict keeps it",
    )


def require_resumable(rig: Rig, options: Namespace, store: RunStore) -> None:
    """Look whether a run can be gone on with, and take over what it was asked to test; it stays untouched.

    Raises:
        InputError: it is complete, or something is not as it was: says what.
    """
    from bmshil.evidence.bundle import require_as_sealed

    summary = store.read()
    if summary.complete:
        raise InputError(f"{store.path}: every test has a result: nothing to go on with")
    for what, then, now in _compared(rig, options, summary):
        if then != now:
            raise _refused(store, f"{what} is {_shown(now)}, was {_shown(then)}")
    for name in _changed_files(rig, store, summary):
        raise _refused(store, f"the {name} file has changed")
    if changed := _changed_code(options, summary):
        raise _refused(store, f"not the same any more: {changed}")
    if any(number > 1 for number in summary.ended.values()) or "--repeat" in summary.command:
        raise _refused(
            store, "its tests were to run several times, and nobody can tell which attempts are missing"
        )
    if strange := _unknown_test(options, summary):
        raise _refused(store, f"{strange} has a verdict and is not in {tests_folder(options.tests)}")
    require_as_sealed(store)
    options.only = summary.selection or None
    options.seed = summary.seed
    if options.lane is None and summary.planned.startswith(LANE):
        options.lane = summary.planned.removeprefix(LANE).partition(",")[0]


def go_on(store: RunStore, part: PartRecord) -> None:
    """Open the evidence again and begin a part: the rig is there, and is the one of before.

    Args:
        store: the run; :func:`require_resumable` has looked at it.
        part: who goes on, and with which instruments.

    Raises:
        InputError: an instrument is another one; the run stays untouched then.
    """
    from bmshil.evidence.bundle import open_again
    from bmshil.evidence.interrupted import tell_interrupted
    from bmshil.journal import pack_journal

    summary = store.read()
    known = summary.rig.instruments
    for role in sorted({*known, *part.instruments} if known else ()):
        then, now = known.get(role), part.instruments.get(role)
        if then != now:
            raise _refused(store, f"the {role} is {_shown(now)}, was {_shown(then)}")
    open_again(store)
    cut = [
        f"{folder.name}/{what}"
        for folder in store.journals()
        if folder != store.journal(f"main-{len(summary.resumed) + 2}")
        for what in pack_journal(folder)
    ]
    tell_interrupted(store, summary)
    summary.resumed.append(part.started)
    summary.parts.append(msgspec.structs.replace(part, cut=cut))
    store.write(summary)


def remaining(rig: Rig, tests: Path, options: Namespace, store: RunStore) -> Plan:
    """The plan of the run without the tests that have a verdict.

    Raises:
        InputError: the kept plan is damaged.
    """
    done = store.read().tried
    if store.plan.is_file():
        try:
            plan = msgspec.json.decode(store.plan.read_bytes(), type=Plan)
        except msgspec.DecodeError as error:
            raise InputError(f"{store.plan}: damaged, or no plan of bmshil: start a new run") from error
    else:
        plan = Plan(tuple(tasks_of(rig, tests, options)), {})
    return Plan(
        tuple(task for task in plan.tasks if task.test not in done),
        {test: reason for test, reason in plan.left_out.items() if test not in done},
    )


def _refused(store: RunStore, why: str) -> InputError:
    return InputError(f"{store.path}: cannot be resumed: {why}; start a new run")


def _shown(value: object) -> str:
    """A value for people: options that were not given are none."""
    if isinstance(value, bool):
        return "given" if value else "not given"
    if isinstance(value, list):
        return ", ".join(map(repr, value)) or "none"
    return "none" if value is None else repr(value)


def _compared(rig: Rig, options: Namespace, summary: Summary) -> Iterator[tuple[str, object, object]]:
    """What must be the same, with its value then and now."""
    from bmshil.evidence import versions

    yield "the rig", summary.rig.name, rig.name
    yield "the profile", summary.dut.profile, rig.profile.name
    yield "the firmware", summary.dut.firmware, rig.dut.firmware
    yield "the serial number", summary.dut.serial, rig.dut.serial
    yield "the mutation", summary.dut.mutation, options.mutate
    yield "--fault", summary.facts.faults, list(options.fault)
    yield "--allow-hazard", summary.facts.hazard, options.allow_hazard
    yield "the report's class", summary.facts.report_class, options.report_class
    yield "the version of bmshil", summary.versions.get("bmshil"), versions()["bmshil"]
    yield "--repeat", 1, options.repeat
    if options.only is not None:
        yield "the selection -k", summary.selection, options.only
    if options.seed is not None:
        yield "the seed", summary.seed, options.seed
    if wants_plan(options):
        yield "the plan", summary.planned, planned_words(options)


def _unknown_test(options: Namespace, summary: Summary) -> str:
    """A test that has a verdict and that nobody finds here, by its name; empty when there is none.

    The same tests in another folder have other names: what has a verdict would be tested again.
    """
    rows = collect_requirements(tests_folder(options.tests), summary.selection or None)
    here = {test for row in rows for test in row["items"]}
    return next((test for test in summary.attempts if test not in here), "")


def _changed_code(options: Namespace, summary: Summary) -> str:
    """Which code is not what it was, in words; empty when all is."""
    from bmshil.dialects import dbc_folder
    from bmshil.evidence.code import code_differs, code_hashes
    from bmshil.evidence.facts import file_hashes

    facts = summary.facts
    if not facts.code:
        return "the code, of which this run has kept no hash"
    dbc = file_hashes(dbc_folder().glob("*.dbc"))
    files = sorted(name for name in {*dbc, *facts.dbc} if dbc.get(name) != facts.dbc.get(name))
    changed = code_differs(facts.code, code_hashes(tests_folder(options.tests)))
    return "; ".join(filter(None, (changed, ", ".join(files))))


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
