"""Every known bad inverter against every requirement: is it caught by exactly what its list says?

Prints one line for each mutation while it runs, and exits with 1 when a list is wrong. It takes minutes, so
it is a make target of its own and no test. Requirements that a profile skips are not looked for.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any

QUESTIONS = ("conformity", "safety")


def bmshil(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this environment and keep what it prints."""
    return subprocess.run(  # noqa: S603 - our own command with our own arguments
        [sys.executable, "-m", "bmshil.cli", *arguments], capture_output=True, text=True, check=False
    )


def caught(summary: dict[str, Any]) -> dict[str, list[str]]:
    """Identifiers of the requirements that failed, by question."""
    return {
        question: sorted(one["id"] for one in summary["requirements"] if one[question] == "fail")
        for question in QUESTIONS
    }


def verdict(rig: str, dut: str, mutation: dict[str, Any], runs: str) -> tuple[bool, str]:
    """Qualify one bad inverter; say whether its list is right, and a line for people."""
    name = mutation["id"]
    done = bmshil("qualify", rig, "--dut", dut, "--mutate", name, "--json", "--runs", runs)
    try:
        summary = json.loads(done.stdout)
    except ValueError:
        return False, f"{name}: exit code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
    asked = {one["id"] for one in summary["requirements"] if one["verdict"] != "skipped"}
    wanted = {question: sorted(asked & {*mutation["violates"][question]}) for question in QUESTIONS}
    found = caught(summary)
    right = found == wanted and done.returncode == 1
    shown = "; ".join(f"{question}: {', '.join(found[question]) or '-'}" for question in QUESTIONS)
    unsettled = sum(summary["totals"][word] for word in ("inconclusive", "blocked", "error"))
    rest = f"; {unsettled} unsettled" if unsettled else ""
    return right, f"{'ok ' if right else 'BAD'} {name}: {shown}{rest}" + (
        "" if right else f"; listed {wanted}"
    )


def main() -> int:
    """Run all mutations of one profile."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rig", default="twin")
    parser.add_argument("--dut", default="pylon_parallel")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("names", nargs="*", help="only these mutations")
    options = parser.parse_args()
    listed = json.loads(bmshil("mutations", "--dut", options.dut, "--json").stdout)["mutations"]
    chosen = [one for one in listed if not options.names or one["id"] in options.names]
    wrong = 0
    with tempfile.TemporaryDirectory() as runs, ThreadPoolExecutor(options.workers) as workers:
        for right, line in workers.map(lambda one: verdict(options.rig, options.dut, one, runs), chosen):
            print(line, flush=True)
            wrong += not right
    print(f"{len(chosen) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
