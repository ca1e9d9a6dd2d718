"""bmshil qualify: test an inverter against all requirements and leave a report."""

from __future__ import annotations

import shutil
import sys
from contextlib import ExitStack, redirect_stdout
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.places import tests_folder
from bmshil.cli.qualifying.closing import close_evidence, close_run, render
from bmshil.cli.qualifying.end import NOTHING_COLLECTED, End
from bmshil.cli.qualifying.evidence import require_class
from bmshil.cli.qualifying.options import declare_options
from bmshil.cli.qualifying.part import begin_part
from bmshil.cli.qualifying.running import run_on_rig
from bmshil.cli.requirements import collect_requirements, unmatched
from bmshil.cli.selection import check_selection
from bmshil.errors import BmsHilError, InputError, RigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from bmshil.cli.qualifying.part import Part


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    declare_options(parser)
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Run the requirement tests in this process and render what they leave behind."""
    from bmshil.bench import check_testable
    from bmshil.bench.assembly import parse_own_faults
    from bmshil.rig import check_ready, load, seeded

    check_selection(options.only)
    rig = load(options.rig, dut=options.dut)
    check_ready(rig)
    if options.seed is not None:
        seeded(rig, options.seed)
    check_testable(rig, options.mutate)
    parse_own_faults(options.fault, rig)
    tests = tests_folder(options.tests)
    require_class(rig, options)
    if options.only and rig.placement != "inside":
        # A misspelt name is told before hardware is switched on.
        collect_requirements(tests, options.only)
    with ExitStack() as held:
        return _run_part(tests, begin_part(rig, tests, options, held), options)


def _run_part(tests: Path, part: Part, options: Namespace) -> int:
    """Run what there is to run, close the evidence and say how it ended."""
    store = part.store
    # With --json standard output belongs to the one document.
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        end = run_on_rig(tests, part, options)
        if end.code == NOTHING_COLLECTED and not options.resume:
            shutil.rmtree(store.path)
            raise _nothing_to_do(tests, options, end)
        summary = close_run(store, end)
        head = close_evidence(store)
        report = render(store, summary)
    if options.json:
        plain = {**msgspec.to_builtins(summary), "head": head}
        print(msgspec.json.format(msgspec.json.encode(plain), indent=2).decode())
    else:
        from bmshil.evidence.report_class import standing
        from bmshil.report import screen

        behind = standing(store, summary)
        print(screen(summary, report, colour=sys.stdout.isatty(), standing=behind), end="", flush=True)
    if end.defect:
        print(f"bmshil qualify: error of the harness: {end.defect}: do not rely on this run", file=sys.stderr)
    if end.left_on:
        print(f"bmshil qualify: DANGER: {end.left_on}", file=sys.stderr)
    return summary.exit_code


def _nothing_to_do(tests: Path, options: Namespace, end: End) -> BmsHilError:
    """What to raise when no test was there to run."""
    which = str(unmatched(tests, options.only)) if options.only else f"{tests}: no test in it"
    if end.left_on:
        return RigError(f"{end.left_on}; and nothing was tested: {which}")
    return InputError(f"{which}; no run is kept")
