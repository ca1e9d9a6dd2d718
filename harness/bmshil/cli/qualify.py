"""bmshil qualify: test an inverter against all requirements and leave a report."""

from __future__ import annotations

import shlex
import shutil
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.cli.places import RUNS, tests_folder
from bmshil.errors import BmsHilError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench import Bench
    from bmshil.evidence import RunStore, Summary
    from bmshil.rig import Rig

INTERRUPTED = 2
"""pytest's exit code after Ctrl-C."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "rig", nargs="?", default="twin", help="rig file, or its name in rigs/ (default: %(default)s)"
    )
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.add_argument(
        "--mutate", metavar="NAME", help="make the twin a known bad inverter; see `bmshil mutations`"
    )
    parser.add_argument(
        "-k", dest="only", metavar="EXPRESSION", help="only tests whose names match, as in pytest"
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument(
        "--runs", metavar="DIR", default=RUNS, help="where the run goes (default: %(default)s/)"
    )
    parser.add_argument("--shuffle", metavar="SEED", type=int, help="run the tests in a random order")
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON document")
    parser.set_defaults(run=run)


class _Ready:
    """Hands the open bench to the plugin, which looks for a plugin with this attribute."""

    def __init__(self, bench: Bench) -> None:
        self.bmshil_bench = bench


def run(options: Namespace) -> int:
    """Run the requirement tests in this process and render what they leave behind."""
    from bmshil.bench import check_testable
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    check_testable(rig, options.mutate)
    tests = tests_folder(options.tests)
    store = _open_run(rig, options)
    # With --json standard output belongs to the one document.
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        code = _test(tests, store, options)
        summary = _close_run(store, interrupted=code == INTERRUPTED)
        report = render(store, summary)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())
    else:
        from bmshil.report import screen

        print(screen(summary, report, colour=sys.stdout.isatty()), end="")
    return summary.exit_code


def _test(tests: Path, store: RunStore, options: Namespace) -> int:
    """Open the rig and run the tests on it. A rig that cannot be opened leaves no run behind."""
    from bmshil.bench import open_bench

    opened = False
    try:
        with open_bench(
            options.rig, profile=options.dut, mutation=options.mutate, journal=store.journal()
        ) as bench:
            opened = True
            return _run_tests(tests, store, options, bench)
    except BmsHilError:
        if not opened:
            shutil.rmtree(store.path)
        raise


def _open_run(rig: Rig, options: Namespace) -> RunStore:
    """Make the run's folder with a summary that says what is about to be tested."""
    from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, versions
    from bmshil.judge import acceptance

    started = datetime.now(UTC)
    floor = acceptance(rig.acceptance)
    device = rig.profile.name + (f"-{options.mutate}" if options.mutate else "")
    store = RunStore.create(Path(options.runs), device, started=started)
    packs = ", ".join(f"{module.name} {module.capacity:g} Ah" for module in rig.modules)
    store.write(
        Summary(
            run=store.name,
            started=started,
            command=shlex.join(["bmshil", *sys.argv[1:]]),
            versions=versions(),
            rig=RigRecord(
                name=rig.name,
                file=str(options.rig),
                placement=rig.placement,
                bank=f"{len(rig.modules)} packs: {packs}",
                power={name: msgspec.to_builtins(source) for name, source in rig.power.items()},
            ),
            dut=DutRecord(
                profile=rig.profile.name,
                title=rig.profile.title,
                firmware=rig.dut.firmware,
                serial=rig.dut.serial,
                mutation=options.mutate,
            ),
            acceptance=msgspec.to_builtins(floor),
        )
    )
    return store


def _run_tests(tests: Path, store: RunStore, options: Namespace, bench: Bench) -> int:
    import pytest

    arguments = [
        str(tests),
        f"--rig={options.rig}",
        f"--run-dir={store.path}",
        f"--alluredir={store.allure}",
        f"--junitxml={store.junit}",
        "--quiet",
        "--tb=no",
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
    if options.only:
        arguments += ["-k", options.only]
    if options.shuffle is not None:
        arguments.append(f"--shuffle={options.shuffle}")
    return int(pytest.main(arguments, plugins=[_Ready(bench)]))


def _close_run(store: RunStore, *, interrupted: bool) -> Summary:
    summary = store.read()
    summary.close(datetime.now(UTC), interrupted=interrupted)
    store.write(summary)
    return summary


def render(store: RunStore, summary: Summary) -> Path:
    """Write the trace and the page; the verdicts are safe on disk by now, whatever happens here."""
    from bmshil.evidence import export_blf
    from bmshil.report.page import write_page

    if store.journals():
        export_blf(store.journals(), store.trace, epoch=summary.started)
    return write_page(store)
