"""bmshil plan: what a qualification would run on a rig, in which order, and what not."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from bmshil.cli.hazard import HAZARD_HELP
from bmshil.cli.places import tests_folder
from bmshil.cli.qualifying.options import declare_device, declare_selection
from bmshil.cli.qualifying.planning import declare_planning, plan_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.cli.qualifying.plan import Plan


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    declare_device(parser)
    declare_planning(parser)
    declare_selection(parser)
    parser.add_argument("--allow-hazard", action="store_true", help=HAZARD_HELP)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.epilog = f"example: bmshil plan twin --lane smoke\n\n{parser.epilog}"
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print the plan; nothing is opened."""
    import msgspec

    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    plan = plan_of(rig, tests_folder(options.tests), options)
    if options.json:
        told = {"rig": rig.name, "dut": rig.profile.name, "seconds": plan.seconds}
        print(json.dumps({**told, **msgspec.to_builtins(plan)}, indent=2))
        return 0
    print(_text(plan, f"{rig.profile.name} on rig {rig.name}"), end="")
    return 0


def _text(plan: Plan, what: str) -> str:
    """The plan for people: neighbours of one requirement share a line."""
    from bmshil.report import table

    rows: list[dict[str, object]] = []
    begun = 0.0
    for _, same in groupby(plan.tasks, key=lambda task: (task.requirement, task.hands, task.latches)):
        tasks = list(same)
        first = tasks[0]
        rows.append(
            {
                "from": _clock(begun),
                "id": first.requirement,
                "tests": len(tasks),
                "s": round(sum(task.seconds for task in tasks)),
                "latches": "yes" if first.latches else "",
                "operator": "; ".join(first.hands),
                "requirement": first.title,
            }
        )
        begun += sum(task.seconds for task in tasks)
    reasons: dict[str, list[str]] = {}
    for test, reason in plan.left_out.items():
        word = reason.partition(":")[0]
        reasons.setdefault(word if word == "budget" else reason, []).append(test.rpartition("::")[2])
    steps = sum(len(task.hands) for task in plan.tasks)
    resets = sum("reset the device by hand" in task.hands for task in plan.tasks)
    whole = f"{what}: {len(plan.tasks)} tests, {_clock(plan.seconds)} h on the bench"
    lines = [
        f"{whole}; operator steps: {steps}, of them manual resets: {resets}",
        *(f"not run, {len(tests)} tests: {reason}" for reason, tests in reasons.items()),
    ]
    return table(rows) + "\n" + "".join(f"{line}\n" for line in lines)


def _clock(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"
