"""The plan of a qualification: from the tests that there are, the rig, and the known bad inverters."""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import TYPE_CHECKING

from bmshil.cli.qualifying.plan import LANES, Task, make_plan, span
from bmshil.cli.requirements import collect_requirements
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from bmshil.cli.qualifying.plan import Plan
    from bmshil.rig import Rig

BASELINE = 20.0
"""Time of a test besides its own, s: bringing the bench to its baseline."""


def declare_planning(parser: ArgumentParser) -> None:
    """Declare the arguments about what is run."""
    parser.add_argument(
        "--lane",
        choices=sorted(LANES),
        help="; ".join(f"{name}: {lane.title}" for name, lane in LANES.items()),
    )
    parser.add_argument(
        "--budget", metavar="TIME", help="fill this time on the bench, e.g. 8h: safety first, latching last"
    )
    parser.add_argument(
        "--unattended", action="store_true", help="leave out what needs an operator; latching tests last"
    )


def wants_plan(options: Namespace) -> bool:
    """Whether the command line chooses among the tests by value, time or hands."""
    return bool(options.lane or options.budget or options.unattended)


def planned_words(options: Namespace) -> str:
    """The choice in words, for the summary; empty where every test is to be run."""
    lane = f"lane {options.lane}" if options.lane and options.lane != "full" else ""
    budget = f"a budget of {options.budget}" if options.budget else ""
    return ", ".join(filter(None, (lane, budget, "unattended" if options.unattended else "")))


def plan_of(rig: Rig, tests: Path, options: Namespace) -> Plan:
    """The plan that the command line asks for on this rig.

    Raises:
        InputError: a time that is none, a lane without tests, a budget in which no test fits, no test without
            an operator, or tests that cannot be collected.
    """
    lane = LANES[options.lane or "full"]
    budget = span(options.budget) if options.budget else lane.budget
    found = tasks_of(rig, tests, options)
    if not found:
        chosen = f" that matches -k {options.only!r}" if options.only else ""
        raise InputError(f"no test{chosen} in lane {options.lane or 'full'}: see `bmshil plan --help`")
    plan = make_plan(found, budget=budget, unattended=options.unattended)
    short = [one.seconds for one in found if plan.left_out.get(one.test, "").startswith("budget:")]
    if short and not plan.tasks:
        raise InputError(
            f"no test fits in {options.budget or f'lane {options.lane}'}: write --budget "
            f"{_enough(min(short))} or more, which the shortest one takes on this rig"
        )
    if not plan.tasks and any(why.startswith("unattended:") for why in plan.left_out.values()):
        raise InputError("--unattended: every test that this rig can run needs an operator: leave it out")
    return plan


def _enough(seconds: float) -> str:
    """The smallest budget that holds this time, as people write it."""
    if seconds <= 300.0:
        return f"{ceil(seconds)}s"
    return f"{ceil(seconds / 60)}min" if seconds <= 10800.0 else f"{ceil(seconds / 360) / 10:g}h"


def tasks_of(rig: Rig, tests: Path, options: Namespace) -> list[Task]:
    """Every test of the lane, with what it takes on this rig."""
    from bmshil.bench import foreseen
    from bmshil.inverter import declared_times, mutations
    from bmshil.judge import planned_duration

    declared = declared_times(rig.profile.declares)
    safety: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for one in mutations():
        safety.update(one.violates.safety)
        every.update(one.violates.requirements)
    own = options.lane is not None and LANES[options.lane].own
    rows = collect_requirements(tests, options.only)
    return [
        Task(
            test=test,
            requirement=row["id"],
            title=row["title"],
            nth=nth,
            seconds=planned_duration(row["duration"], declared) + BASELINE,
            safety=row["id"] in safety,
            catches=every[row["id"]],
            latches=row["may_latch"],
            hands=hands(rig, row["needs"], latches=row["may_latch"]),
            skipped=foreseen(rig, row["needs"], allow_hazard=options.allow_hazard) or "",
        )
        for row in rows
        if row["lane"] == (options.lane if own else "")
        for nth, test in enumerate(row["items"])
    ]


def hands(rig: Rig, needs: list[str], *, latches: bool) -> tuple[str, ...]:
    """What an operator has to do for a test with these needs, a sentence each."""
    wanted = {"ac_grid", "pv"} if "charge" in needs else set()
    wanted |= {"ac_load"} if "discharge" in needs else set()
    steps = [
        f"switch {name} by hand"
        for name, source in rig.power.items()
        if name in wanted and source.by == "manual"
    ]
    if latches and resets_by_hand(rig):
        steps.append("reset the device by hand")
    return tuple(steps)


def resets_by_hand(rig: Rig) -> bool:
    """Whether a device that has stopped after a loss stays so until somebody resets it."""
    relays = rig.instruments["relays"].channels if "relays" in rig.instruments else {}
    return rig.profile.declares.recovery.mode == "manual" and "dc_main" not in relays
