"""Run all benchmarks and print one JSON document.

Each figure stands beside its target and beside its peer's figure from the same run. Nothing is asserted about
wall time: a slow machine is not a defect. Every benchmark has a process of its own, because some of them pin
themselves to a core.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NAMES = ("codec", "medium", "slcan", "heartbeat", "wall", "day", "hub", "bundle")
"""In the order of running; each has a module bench_<name> with ``figures`` and ``QUICK``."""


def measure(name: str, *, quick: bool) -> dict[str, Any]:
    """Measure one benchmark in this process.

    Args:
        name: one of NAMES.
        quick: take the module's small arguments: a look at the figures, not a measurement.
    """
    bench = import_module(f"bench_{name}")
    figures: dict[str, Any] = bench.figures(**(bench.QUICK if quick else {}))
    return figures


def in_child(name: str, *, quick: bool) -> dict[str, Any]:
    """Measure one benchmark in a process of its own; what goes wrong there becomes part of the document."""
    command = [sys.executable, str(Path(__file__)), "--child", name, *(["--quick"] if quick else [])]
    begin = time.perf_counter()
    result = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this very file
    took = round(time.perf_counter() - begin, 2)
    if result.returncode:
        return {"failed": f"ended with exit code {result.returncode}; see above", "took_s": took}
    return {**json.loads(result.stdout), "took_s": took}


def machine() -> dict[str, Any]:
    """Say what the figures were measured on, and how busy it was with other things."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "release": platform.release(),
        "cores": os.cpu_count(),
        "load_average": [round(one, 2) for one in os.getloadavg()],
    }


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", metavar="NAME", choices=NAMES, action="append", help=", ".join(NAMES))
    parser.add_argument("--quick", action="store_true", help="small sizes: seconds instead of minutes")
    parser.add_argument("--child", metavar="NAME", choices=NAMES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(measure(options.child, quick=options.quick)))
        return 0
    document: dict[str, Any] = {"machine_before": machine(), "quick": options.quick}
    for name in options.only or NAMES:
        print(f"benchmark {name} ...", file=sys.stderr, flush=True)
        document[name] = in_child(name, quick=options.quick)
    document["machine_after"] = machine()
    print(json.dumps(document, indent=2))
    return int(any("failed" in document[name] for name in options.only or NAMES))


if __name__ == "__main__":
    sys.exit(_main())
