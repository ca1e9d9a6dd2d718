"""bmshil killmatrix: is every bad inverter caught, and no good one failed?"""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bmshil.cli.blame import blame
from bmshil.cli.files import make_folder, write_texts
from bmshil.cli.places import RUNS, tests_folder
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from bmshil.bench.killmatrix import Done, Job, Table

EVERY = 15.0
"""How often the progress is told where nothing goes wrong, s."""

SEEDS = 20
"""How often a good profile is asked where nobody says otherwise."""

ENDING = "-killmatrix"
"""How the names of its folders in runs/ end."""

DOCUMENT = "killmatrix.json"

EXAMPLE = "example: bmshil killmatrix --only averages_cvl ccl0_ignored"


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.epilog = f"{EXAMPLE}\n\n{parser.epilog}"
    parser.add_argument("--reduced", action="store_true", help="a representative part, in minutes")
    parser.add_argument("--jobs", metavar="N", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument(
        "--seeds",
        metavar="N",
        type=int,
        help=f"runs of each good profile, in the full matrix (default: {SEEDS})",
    )
    parser.add_argument(
        "--only", metavar="NAME", nargs="+", default=[], help="only these profiles and mutations"
    )
    parser.add_argument(
        "--rig-faults",
        action="store_true",
        help="instead: put every trouble of the rig into runs of a good and of a bad inverter; prints what "
        "came of each, and keeps nothing",
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument("--out", metavar="DIR", help="where the table goes (default: a folder in runs/)")
    parser.add_argument("--json", action="store_true", help="print the table as one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Run the matrix, keep it as page, CSV and JSON, and say whether it holds."""
    from bmshil.bench.killmatrix import plan, tabulate

    _refuse_unheard(options)
    seeds = SEEDS if options.seeds is None else options.seeds
    if options.jobs < 1 or seeds < 1:
        raise InputError("--jobs and --seeds: give a number of 1 or more")
    folder = tests_folder(options.tests)
    if not any("@requirement(" in file.read_text(encoding="utf-8") for file in folder.rglob("test_*.py")):
        raise InputError(f"{folder}: no test in it carries a requirement; name a folder like tests_hil")
    tests = str(folder.resolve())
    if options.rig_faults:
        return blame(tests, options.jobs, reduced=options.reduced, as_json=options.json)
    jobs = plan(reduced=options.reduced, seeds=seeds, only=options.only)
    begun = time.monotonic()
    with _folder(options.out) as target, redirect_stdout(sys.stderr if options.json else sys.stdout):
        done = _work(jobs, tests, options.jobs)
        table = tabulate(done)
        document = _document(table, done, options, seeds, time.monotonic() - begun)
        _keep(target, document)
        _tell(document, target)
    if options.json:
        print(json.dumps(document, indent=1))
    return 1 if table.wrong or table.inexact else 0


def is_kill_matrix(folder: Path) -> bool:
    """Whether a folder is of this command, finished or not, and of no run."""
    return (folder / DOCUMENT).is_file() or (folder.is_dir() and folder.name.endswith(ENDING))


def _refuse_unheard(options: Namespace) -> None:
    """Refuse what would have no effect beside another option.

    Raises:
        InputError: there is such an option.
    """
    if options.reduced and options.seeds is not None:
        raise InputError("--reduced and --seeds: give one of them; the reduced matrix has its own seeds")
    unheard = [
        name
        for name, given in (("--only", options.only), ("--seeds", options.seeds), ("--out", options.out))
        if given not in (None, [])
    ]
    if options.rig_faults and unheard:
        raise InputError(
            f"--rig-faults takes no {' and no '.join(unheard)}: it has its own inverters and seeds, "
            "and keeps no table; print it with --json"
        )


@contextmanager
def _folder(given: str | None) -> Iterator[Path]:
    """Where the table goes; a folder that was made for it is taken away again where nothing is kept."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    folder = Path(given) if given else Path(RUNS) / f"{stamp}{ENDING}"
    made = not folder.exists()
    make_folder("--out", folder)
    try:
        yield folder
    finally:
        if made:
            with suppress(OSError):  # it holds the table
                folder.rmdir()


def _work(jobs: list[Job], tests: str, processes: int) -> list[Done]:
    """Do all runs, and tell how far it is."""
    from bmshil.bench.killmatrix import in_workers, run_job, tabulate

    begun = told = time.monotonic()
    done: list[Done] = []
    for job, one in in_workers(run_job, jobs, tests, count=processes, lost=_lost):
        done.append(one)
        now = time.monotonic()
        wrong = tabulate([one])
        lines = [*wrong.wrong, *wrong.inexact]
        if lines or now - told > EVERY or len(done) == len(jobs):
            told = now
            clock = f"[{len(done)}/{len(jobs)}] {int(now - begun) // 60}:{int(now - begun) % 60:02d}"
            print(f"{clock} {job.device}{': ' if lines else ''}{'; '.join(lines)[:300]}", flush=True)
    # In the order of the plan, so that two matrices can be laid side by side.
    place = {job: number for number, job in enumerate(jobs)}
    return sorted(done, key=lambda one: place[one.job])


def _lost(job: Job, why: str) -> Done:
    from bmshil.bench.killmatrix import Done

    return Done(job=job, trouble=why)


def _document(table: Table, done: list[Done], options: Namespace, seeds: int, wall: float) -> dict[str, Any]:
    """What is kept: the table, and how it came about."""
    import msgspec

    from bmshil.bench.killmatrix import Cell, varied

    good = [row for row in table.rows if row.good]
    return {
        "finished": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "reduced": options.reduced,
        "varied": varied(reduced=options.reduced, seeds=seeds),
        "figures": {
            "bad": len(table.bad),
            "killed": sum(row.killed for row in table.bad),
            "good": len(good),
            "good_runs": sum(row.runs for row in good),
            "false_alarms": sum(len(row.having(Cell.FALSE_ALARM)) for row in good),
            "tests": sum(one.tests for one in done),
            "wall_s": round(wall, 1),
            "cpu_s": round(sum(one.cpu for one in done), 1),
            "processes": options.jobs,
        },
        "wrong": table.wrong,
        "inexact": table.inexact,
        "requirements": list(table.requirements),
        "rows": [msgspec.to_builtins(row) for row in table.rows],
    }


def _keep(folder: Path, document: dict[str, Any]) -> None:
    from bmshil.report.kill_page import kill_csv, kill_page

    write_texts(
        {
            folder / DOCUMENT: json.dumps(document, indent=1) + "\n",
            folder / "killmatrix.csv": kill_csv(document),
            folder / "killmatrix.html": kill_page(document),
        }
    )


def _tell(document: dict[str, Any], folder: Path) -> None:
    figures = document["figures"]
    print()
    for line in document["varied"]:
        print(line)
    for title, lines in (
        ("the matrix does not hold:", document["wrong"]),
        ("bad inverters that fail not exactly what they list:", document["inexact"]),
    ):
        if lines:
            print(f"\n{title}")
            print("\n".join(f"  {line}" for line in lines))
    print(
        f"\n{figures['killed']} of {figures['bad']} bad inverters caught; "
        f"{figures['false_alarms']} false alarms in {figures['good_runs']} runs of "
        f"{figures['good']} good ones; {figures['tests']} tests in {figures['wall_s']:.0f} s "
        f"on {figures['processes']} processes"
    )
    print(f"table: {folder / 'killmatrix.html'}")
