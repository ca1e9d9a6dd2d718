"""Each transport fault x each driver x each phase: is everything off, or was somebody told?

Every driver speaks with its twin through a real door, on a bench of usual instruments. Something goes wrong
between them before anything is enabled, while, or at a random message of the off order; then the off order
runs, and what is on is seen at the twin itself. A run is wrong when something is on and the off report does
not name it, when the report calls verified what is on, when a call takes longer than its replies may, when
anything but the harness's own errors comes out, or when the bench does not go off once all is mended.

The document gives the runs by fault and phase: everything off; left on, and the device named; left on by a
board that reads nothing back, and told as not verified. The exit code is 1 when a run was wrong.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from fault_lab import PHASES, TRANSPORT, population
from fault_run import Outcomes, run

SEEDS = 5


class Case(NamedTuple):
    """One run: driver, role, fault, phase, and the seed of its moment."""

    model: str
    role: str
    fault: str
    phase: str
    seed: int


def cases(seeds: int, models: set[str] | None = None) -> list[Case]:
    """Every case; "before" has one moment only.

    Args:
        seeds: moments within each other phase.
        models: only these drivers; None for all.
    """
    return [
        Case(model, role, fault, phase, seed)
        for (model, role), fault, phase in product(population(), TRANSPORT, PHASES)
        for seed in range(1 if phase == "before" else seeds)
        if models is None or model in models
    ]


def figures(chosen: list[Case], jobs: int) -> dict[str, Any]:
    """Run the cases and count how they ended.

    Args:
        chosen: what to run.
        jobs: processes.
    """
    began = time.monotonic()
    with ProcessPoolExecutor(jobs, initializer=partial(logging.disable, logging.CRITICAL)) as pool:
        outcomes = list(pool.map(_run, chosen, chunksize=4))
    return summary(chosen, outcomes) | {"seconds": round(time.monotonic() - began, 1)}


def summary(chosen: list[Case], outcomes: list[Outcomes]) -> dict[str, Any]:
    """Count how runs ended, and list those that were wrong."""
    counts: dict[str, dict[str, Counter[str]]] = {
        fault: {phase: Counter() for phase in PHASES} for fault in TRANSPORT
    }
    for case, outcome in zip(chosen, outcomes, strict=True):
        counts[case.fault][case.phase][_ending(outcome)] += 1
    return {
        "drivers": len({case.model for case in chosen}),
        "driver and role": len({(case.model, case.role) for case in chosen}),
        "runs": len(chosen),
        "by fault": {
            fault: {phase: dict(sorted(ends.items())) for phase, ends in phases.items()}
            for fault, phases in counts.items()
        },
        "silent": sum(any("nobody was told" in one for one in outcome.wrong) for outcome in outcomes),
        "wrong": [
            {**case._asdict(), "what": outcome.wrong}
            for case, outcome in zip(chosen, outcomes, strict=True)
            if outcome.wrong
        ],
    }


def _run(case: Case) -> Outcomes:
    return run(*case)


def _ending(outcome: Outcomes) -> str:
    if outcome.wrong:
        return "wrong"
    if not outcome.left_on:
        return "off"
    return "left on by a board without read-back, told" if outcome.unknown else "left on, device named"


def main() -> int:
    """Run the campaign and print its figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, help="moments within a phase (default %(default)s)"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one per core)"
    )
    parser.add_argument("--model", action="append", help="only this driver; may be repeated")
    options = parser.parse_args()
    found = figures(cases(options.seeds, set(options.model) if options.model else None), options.jobs)
    print(json.dumps(found, indent=2))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
