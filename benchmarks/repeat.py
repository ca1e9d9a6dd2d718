"""Show that verdicts do not depend on the order of the tests, and that equal runs leave equal traces.

Runs ``bmshil qualify`` in random orders and compares the verdicts of every test and of every judgement in it;
then runs it again and again in one order and compares the hashes of all that was recorded. Prints one JSON
document; exit code 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bmshil.evidence import trace_hash

BMSHIL = Path(sys.executable).with_name("bmshil")


def compare(orders: int, repeats: int, *extra: str) -> dict[str, Any]:
    """Run the suite in ``orders`` random orders and ``repeats`` times in one order.

    Args:
        orders: number of random orders; the seeds are 1, 2, 3 and so on.
        repeats: number of runs in the listed order, at least 1; the orders are compared with the first.
        extra: further arguments of ``bmshil qualify``.

    Returns:
        For the orders whether all verdicts are equal, and those that are not, by test; for the repeats
        whether all traces are equal, and the hashes.
    """
    shuffled = {seed: qualify(f"--shuffle={seed}", *extra) for seed in range(1, orders + 1)}
    repeated = [qualify(*extra) for _ in range(repeats)]
    runs = {"as listed": repeated[0], **{f"seed {seed}": one for seed, one in shuffled.items()}}
    verdicts = {name: verdicts_of(summary) for name, (summary, _) in runs.items()}
    different = disagreements(verdicts)
    hashes = [found for _, found in repeated]
    totals = Counter(json.dumps(summary["totals"]) for summary, _ in [*shuffled.values(), *repeated])
    return {
        "orders": {
            "seeds": list(shuffled),
            "tests": len(verdicts["as listed"]),
            "equal_verdicts": not different,
            "different": different,
        },
        "repeats": {"runs": repeats, "equal_traces": len(set(hashes)) <= 1, "hashes": hashes},
        "totals": dict(totals.most_common()),
    }


def qualify(*arguments: str) -> tuple[dict[str, Any], str]:
    """Run the suite once.

    Returns:
        Its summary, and the hash of its trace.

    Raises:
        RuntimeError: it printed no summary.
    """
    begin = time.perf_counter()
    with TemporaryDirectory() as folder:
        command = [str(BMSHIL), "qualify", "--json", f"--runs={folder}", *arguments]
        result = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - this project
        try:
            summary: dict[str, Any] = json.loads(result.stdout)
        except ValueError as error:
            raise RuntimeError(f"{' '.join(command)}: {result.stderr[-2000:]}") from error
        found = trace_hash(Path(folder) / summary["run"] / "journal" / "main")
    took = time.perf_counter() - begin
    print(f"{' '.join(arguments) or 'as listed'}: {took:.1f} s, {found[:16]}", file=sys.stderr, flush=True)
    return summary, found


def verdicts_of(summary: dict[str, Any]) -> dict[str, str]:
    """Verdicts of every test and of every judgement in it, as one text for each test."""
    return {
        test["test"]: " ".join([test["verdict"], *(one["verdict"] for one in test["judgements"])])
        for requirement in summary["requirements"]
        for test in requirement["tests"]
    }


def disagreements(verdicts: dict[str, dict[str, str]]) -> dict[str, dict[str, list[str]]]:
    """Tests whose verdicts differ between runs: test, what was found, and in which runs."""
    found: dict[str, dict[str, list[str]]] = {}
    for run, tests in verdicts.items():
        for test, verdict in tests.items():
            found.setdefault(test, {}).setdefault(verdict, []).append(run)
    return {
        test: by_verdict
        for test, by_verdict in found.items()
        if len(by_verdict) > 1 or sum(map(len, by_verdict.values())) != len(verdicts)
    }


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=20, help="random orders (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=5, help="runs in one order (default: %(default)s)")
    options, extra = parser.parse_known_args()
    document = compare(options.orders, options.repeats, *extra)
    print(json.dumps(document, indent=2))
    return int(not (document["orders"]["equal_verdicts"] and document["repeats"]["equal_traces"]))


if __name__ == "__main__":
    sys.exit(_main())
