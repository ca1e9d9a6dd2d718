"""bmshil qualify: test an inverter against all requirements and leave a report."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bmshil.cli.hazard import HAZARD_HELP, hazard_waiver
from bmshil.cli.places import RUNS, tests_folder
from bmshil.errors import BmsHilError, InputError, RigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping

    from bmshil.bench import Bench
    from bmshil.evidence import RunStore, Summary
    from bmshil.rig import Rig

DONE = (0, 1)
"""pytest's exit codes when every test was run; the second one when not all of them passed."""

INTERRUPTED, INTERNAL_ERROR, USAGE_ERROR, NOTHING_COLLECTED = 2, 3, 4, 5
"""pytest's other exit codes. The first one stands for Ctrl-C and for tests that cannot be imported."""

DEFECTS = {
    INTERNAL_ERROR: "pytest broke off with an internal error",
    USAGE_ERROR: "pytest refused what it was given",
}

ADDED_OPTIONS = "PYTEST_ADDOPTS"
"""Environment variable with which users add options to every pytest run; these may leave tests out."""


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
        "--fault",
        metavar="TEXT",
        action="append",
        default=[],
        help='what goes wrong with a twin, e.g. "meter.stuck @60s"; see `bmshil check -h`; may be repeated',
    )
    parser.add_argument(
        "-k", dest="only", metavar="EXPRESSION", help="only tests whose names match, as in pytest"
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument(
        "--runs", metavar="DIR", default=RUNS, help="where the run goes (default: %(default)s/)"
    )
    parser.add_argument("--shuffle", metavar="SEED", type=int, help="run the tests in a random order")
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    parser.add_argument("--json", action="store_true", help="print the summary as one JSON document")
    parser.set_defaults(run=run)


class _Ready:
    """Hands the open bench to the plugin, which looks for a plugin with this attribute."""

    def __init__(self, bench: Bench) -> None:
        self.bmshil_bench = bench


class _End(NamedTuple):
    """How the tests ended.

    Attributes:
        code: pytest's exit code.
        left_on: what the rig said when it could not be confirmed off; empty when it is off.
        broken: why the rig broke; empty when it did not.
        lateness: how late the timeline was; empty on simulated time.
        loop: how well the control loop ran; empty when it did not.
    """

    code: int
    left_on: str = ""
    broken: str = ""
    lateness: Mapping[str, Any] = MappingProxyType({})
    loop: Mapping[str, float] = MappingProxyType({})

    @property
    def defect(self) -> str:
        """What went wrong with the harness, in words; empty when nothing did."""
        if self.code in (*DONE, INTERRUPTED):
            return ""
        return DEFECTS.get(self.code, f"pytest ended with exit code {self.code}")


def run(options: Namespace) -> int:
    """Run the requirement tests in this process and render what they leave behind."""
    from bmshil.bench import check_testable
    from bmshil.bench.assembly import parse_own_faults
    from bmshil.rig import check_ready, load

    rig = load(options.rig, dut=options.dut)
    check_ready(rig)
    check_testable(rig, options.mutate)
    parse_own_faults(options.fault, rig)
    tests = tests_folder(options.tests)
    store = _open_run(rig, options)
    # With --json standard output belongs to the one document.
    with redirect_stdout(sys.stderr if options.json else sys.stdout):
        end = _test(tests, store, options)
        if end.code == NOTHING_COLLECTED:
            shutil.rmtree(store.path)
            raise _nothing_to_do(tests, options, end)
        summary = _close_run(store, end)
        report = render(store, summary)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())
    else:
        from bmshil.report import screen

        print(screen(summary, report, colour=sys.stdout.isatty()), end="", flush=True)
    if end.defect:
        print(f"bmshil qualify: error of the harness: {end.defect}: do not rely on this run", file=sys.stderr)
    if end.left_on:
        print(f"bmshil qualify: DANGER: {end.left_on}", file=sys.stderr)
    return summary.exit_code


def _test(tests: Path, store: RunStore, options: Namespace) -> _End:
    """Open the rig and run the tests on it. A rig that cannot be opened leaves no run behind.

    One that cannot be confirmed off after the tests takes nothing away from what they have found.
    """
    from bmshil.bench import open_bench
    from bmshil.cli.punctuality import begin_counting, lateness_figures

    opened = False
    end: _End | None = None
    try:
        with open_bench(
            options.rig,
            profile=options.dut,
            mutation=options.mutate,
            journal=store.journal(),
            allow_hazard=options.allow_hazard,
            faults=options.fault,
        ) as bench:
            opened = True
            _record_instruments(store, bench)
            begin_counting(bench.timeline)
            code = _run_tests(tests, store, options, bench)
            figures = lateness_figures(bench.timeline, bench.bank.skipped)
            loop = bench.control.quality.figures
            end = _End(code, broken=bench.state.cause, lateness=figures, loop=loop)
    except BmsHilError as error:
        if end is not None and isinstance(error, RigError):
            return end._replace(left_on=str(error))
        if not opened:
            shutil.rmtree(store.path)
        raise
    return end


def _record_instruments(store: RunStore, bench: Bench) -> None:
    """Keep who answered before any test relies on them."""
    summary = store.read()
    summary.rig = msgspec.structs.replace(summary.rig, instruments=bench.instruments)
    store.write(summary)


def _nothing_to_do(tests: Path, options: Namespace, end: _End) -> BmsHilError:
    """What to raise when no test was there to run."""
    which = f"no test in {tests} matches -k {options.only!r}" if options.only else f"no test in {tests}"
    if end.left_on:
        return RigError(f"{end.left_on}; and there was {which}")
    return InputError(f"{which}: nothing was tested, no run is kept")


def _open_run(rig: Rig, options: Namespace) -> RunStore:
    """Make the run's folder with a summary that says what is about to be tested."""
    from bmshil.evidence import DutRecord, RigRecord, RunStore, Summary, versions
    from bmshil.judge import acceptance
    from bmshil.rig import waivers
    from bmshil.rig.sheet import read_sheet

    started = datetime.now(UTC)
    floor = acceptance(rig.acceptance)
    sheet = read_sheet(rig)
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
                bank=f"{len(rig.modules)} packs: {packs}{_spoken_for(rig)}",
                power={name: msgspec.to_builtins(source) for name, source in rig.power.items()},
                waivers=[*waivers(rig), *hazard_waiver(rig, allowed=options.allow_hazard)],
            ),
            dut=DutRecord(
                profile=rig.profile.name,
                title=rig.profile.title,
                firmware=rig.dut.firmware,
                serial=rig.dut.serial,
                mutation=options.mutate,
            ),
            acceptance=msgspec.to_builtins(floor),
            sheet=None if sheet is None else msgspec.to_builtins(sheet),
            selection=options.only or "",
        )
    )
    return store


def _spoken_for(rig: Rig) -> str:
    """Who speaks for the bank, where not every pack does."""
    arranged = rig.architecture
    if arranged.kind in ("parallel", "single"):
        return ""
    adds = f", {arranged.arithmetic}" if arranged.kind in ("master", "hub") else ""
    return f"; {arranged.kind.replace('_', ' ')}{adds}"


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
    if options.shuffle is not None:
        arguments.append(f"--shuffle={options.shuffle}")
    with _no_added_options():
        return int(pytest.main(arguments, plugins=[_Ready(bench)]))


@contextmanager
def _no_added_options() -> Iterator[None]:
    """Hide what a user adds to every pytest run: a qualification is decided by this command line alone."""
    kept = os.environ.pop(ADDED_OPTIONS, None)
    try:
        yield
    finally:
        if kept is not None:
            os.environ[ADDED_OPTIONS] = kept


def _close_run(store: RunStore, end: _End) -> Summary:
    summary = store.read()
    summary.close(
        datetime.now(UTC),
        interrupted=end.code == INTERRUPTED,
        defect=end.defect,
        left_on=end.left_on,
        broken=end.broken,
        simulated=not end.lateness,
        lateness=dict(end.lateness) or None,
        loop=dict(end.loop) or None,
    )
    store.write(summary)
    return summary


def render(store: RunStore, summary: Summary) -> Path:
    """Write the trace and the page; the verdicts are safe on disk by now, whatever happens here."""
    from bmshil.evidence import export_blf
    from bmshil.report.page import write_page

    if store.journals():
        export_blf(store.journals(), store.trace, epoch=summary.started)
    return write_page(store)
