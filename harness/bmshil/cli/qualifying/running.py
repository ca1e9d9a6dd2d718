"""Running the tests of a qualification with pytest, on a rig that is opened for them."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.qualifying.end import End
from bmshil.cli.qualifying.opening import begin_tests
from bmshil.errors import BmsHilError, RigError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from bmshil.bench import Bench
    from bmshil.cli.qualifying.part import Part
    from bmshil.cli.qualifying.plan import Plan

ADDED_OPTIONS = "PYTEST_ADDOPTS"
"""Environment variable with which users add options to every pytest run; these may leave tests out."""


def run_on_rig(tests: Path, part: Part, options: Namespace) -> End:
    """Open the rig and run the tests on it.

    A rig that cannot be opened leaves no new run behind, and an earlier one untouched. One that
    cannot be confirmed off after the tests takes nothing away from what they have found.
    """
    from bmshil.bench import open_bench
    from bmshil.cli.punctuality import begin_counting, lateness_figures

    store = part.store
    opened = False
    end: End | None = None
    try:
        with open_bench(
            options.rig,
            profile=options.dut,
            mutation=options.mutate,
            journal=store.journal(part.name),
            allow_hazard=options.allow_hazard,
            faults=options.fault,
            seed=options.seed,
        ) as bench:
            begin_tests(store, bench, options)
            opened = True
            begin_counting(bench.timeline)
            code = _run_tests(tests, part, options, bench)
            figures = lateness_figures(bench.timeline, bench.bank.skipped)
            loop = bench.control.quality.figures
            end = End(code, broken=bench.state.cause, lateness=figures, loop=loop)
    except BmsHilError as error:
        if end is not None and isinstance(error, RigError):
            return end._replace(left_on=str(error))
        if not opened and not options.resume:
            shutil.rmtree(store.path)
        raise
    finally:
        if options.resume and not opened:
            shutil.rmtree(store.journal(part.name), ignore_errors=True)
    return end


class _Ready:
    """Hands the open bench to the plugin, which looks for a plugin with this attribute."""

    def __init__(self, bench: Bench) -> None:
        self.bmshil_bench = bench


def _run_tests(tests: Path, part: Part, options: Namespace, bench: Bench) -> int:
    import pytest

    store = part.store

    arguments = [
        str(tests),
        f"--rig={options.rig}",
        f"--run-dir={store.path}",
        f"--alluredir={store.allure}",
        f"--junitxml={store.junit_of(part.name)}",
        f"--part={part.name}",
        f"--attempts={options.repeat}",
        f"--lane={options.lane or ''}",
        "--quiet",
        "--tb=no",
        "-rN",  # the screen at the end says what was skipped or failed, and why
        # A file that Ctrl-C leaves open in mid-import is no defect, whatever the settings of the folder say.
        "-o",
        "filterwarnings=default",
        "--disable-warnings",
        "-p",
        "no:cacheprovider",
        # A plugin that shuffles by itself would make the listed order a matter of what is installed.
        "-p",
        "no:randomly",
    ]
    if options.dut:
        arguments.append(f"--dut={options.dut}")
    if options.mutate:
        arguments.append(f"--mutate={options.mutate}")
    if options.allow_hazard:
        arguments.append("--allow-hazard")
    if options.only:
        arguments += ["-k", options.only]
    order = options.seed if options.shuffle is None else options.shuffle
    if order is not None:
        arguments.append(f"--shuffle={order}")
    with TemporaryDirectory() as scratch, _no_added_options():
        if part.plan is not None:
            arguments.append(f"--plan={_plan_file(part.plan, Path(scratch))}")
        return int(pytest.main(arguments, plugins=[_Ready(bench)]))


def _plan_file(plan: Plan, folder: Path) -> Path:
    """Write what the plugin needs of a plan."""
    file = folder / "plan.json"
    told = {"order": [task.test for task in plan.tasks], "left_out": plan.left_out}
    file.write_bytes(msgspec.json.encode(told))
    return file


@contextmanager
def _no_added_options() -> Iterator[None]:
    """Hide what a user adds to every pytest run: a qualification is decided by this command line alone."""
    kept = os.environ.pop(ADDED_OPTIONS, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[ADDED_OPTIONS] = kept
