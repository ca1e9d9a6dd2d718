"""bmshil requirements: list the requirements."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bmshil.cli.places import tests_folder
from bmshil.cli.selection import check_selection
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "--dut",
        metavar="PROFILE",
        default="pylon_parallel",
        help="profile that the durations are worked out for (default: %(default)s)",
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Collect the tests and print what they are tests of."""
    from bmshil.inverter import declared_times, profile
    from bmshil.judge import planned_duration

    declared = declared_times(profile(options.dut).declares)
    rows = collect_requirements(tests_folder(options.tests))
    for row in rows:
        row["duration"] = round(planned_duration(row["duration"], declared), 1)
    if options.json:
        print(json.dumps({"dut": options.dut, "requirements": rows}, indent=2))
        return 0
    from bmshil.report import table

    shown = [
        {
            "id": row["id"],
            "requirement": row["title"],
            "subject": row["subject"],
            "needs": ", ".join(row["needs"]) or "-",
            "s": row["duration"],
            "tests": row["tests"],
            "scenarios": ", ".join(row["scenarios"]) or "-",
        }
        for row in rows
    ]
    total = sum(row["duration"] * row["tests"] for row in rows)
    print(table(shown), end="")
    print(f"\n{len(rows)} requirements; about {total / 60:.0f} minutes on a bench with {options.dut}")
    return 0


def collect_requirements(folder: Path, only: str | None = None) -> list[dict[str, Any]]:
    """The requirements of a folder of tests, each with its number of tests and their node ids.

    Args:
        folder: of the tests.
        only: expression that chooses tests by name, as in pytest.

    Raises:
        InputError: the tests cannot be collected, none has such a name, or the expression is none.
    """
    import pytest

    check_selection(only)
    with TemporaryDirectory() as scratch, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        target = Path(scratch) / "requirements.json"
        pytest.main(
            [
                str(folder),
                "--collect-only",
                "--quiet",
                f"--list-requirements={target}",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:randomly",
                *(["-k", only] if only else []),
            ]
        )
        if not target.exists():
            raise InputError(
                f"{folder}: the tests cannot be collected: look with `pytest --collect-only {folder}`"
            )
        found: list[dict[str, Any]] = json.loads(target.read_bytes())
    if not found and only:
        raise unmatched(folder, only)
    if not found:
        raise InputError(f"{folder}: no test in it carries a requirement: name a folder like tests_hil")
    return found


def unmatched(folder: Path, only: str) -> InputError:
    """What to raise when no test has a name that was asked for: says what names look like.

    Raises:
        InputError: the tests cannot be collected at all.
    """
    first = collect_requirements(folder)[0]
    name = first["items"][0].rpartition("::")[2].partition("[")[0]
    return InputError(
        f"-k {only!r}: no test matches; names look like {name} or {first['id']}: see `bmshil requirements`"
    )
