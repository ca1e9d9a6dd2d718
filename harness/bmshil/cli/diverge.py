"""bmshil diverge: simulate how packs in parallel drift apart over weeks."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from bmshil.battery.divergence import Course, Day, Scenario, Traits

NOTE = """\
The packs share one bus: at rest each has the same voltage. Whole packs at 3.62 and 3.48 V per cell on one
bus are impossible; single cells may lie there, and counted states of charge may lie anywhere."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("--days", metavar="N", default="60", help="how long (default: %(default)s)")
    parser.add_argument(
        "--packs",
        metavar="KEY=VALUE,...",
        nargs="+",
        help="one word per pack, such as capacity=196.5,resistance=0.028,temperature=44; keys: capacity "
        "(Ah), resistance (ohm at 25 degC), temperature (degC), soc, ahead and cell_drift per day (of the "
        "highest cell, of SOC), balancer (A), self_discharge (of SOC in 30 days), offset (A) and gain of "
        "the counter (default: the three packs of the field case)",
    )
    parser.add_argument(
        "--rule",
        default="first",
        help="which CVL the inverter uses: first, lowest or average of what the packs ask for "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--wiring", default="busbar", help="busbar, one_end, both_ends or diagonal (default: %(default)s)"
    )
    parser.add_argument("--plot", metavar="FILE", help="draw the course, as .svg, .png or .pdf")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Simulate and print a table per week and month, and when each warning and the protection came."""
    from bmshil.battery import Ladder
    from bmshil.battery.divergence import FIELD_CASE, Scenario, simulate

    packs = FIELD_CASE if options.packs is None else tuple(_pack(text) for text in options.packs)
    ladder = Ladder(options.wiring)
    scenario = Scenario(packs=packs, rule=options.rule, ladder=ladder)
    days = _days(options.days)
    if options.plot is not None:
        from bmshil.report.divergence_plot import check_target

        check_target(options.plot)
    course = simulate(scenario, days)
    if options.plot is not None:
        from bmshil.report.divergence_plot import plot_divergence

        plot_divergence(course, options.plot)
    if options.json:
        print(json.dumps(as_document(course), indent=2))
        return 0
    from bmshil.report import table

    print(f"{_described(scenario)}\n")
    rows = [_row(day) for day in course.days if day.day in (1, 30) or day.day % 7 == 0]
    print(table(rows))
    print("\n".join(story(course)))
    print(f"\n{NOTE}")
    if options.plot is not None:
        print(f"\n{options.plot}")
    return 0


def story(course: Course) -> list[str]:
    """When each warning, alarm and protection came, a line each, and what never came."""
    lines = [
        f"day {int(one.day) + 1:>3}  {one.kind:<10}  {_whose(one.pack)}{one.text}" for one in course.events
    ]
    if course.first("alarm") is None:
        lines.append("no alarm reached the inverter")
    if course.first("protection") is None:
        lines.append(f"no protection opened in {len(course.days)} days")
    return lines


def as_document(course: Course) -> dict[str, object]:
    """The course for programs: V, A, SOC as fractions; days begin with 1."""
    return {
        "scenario": asdict(course.scenario),
        "days": [
            {**day._asdict(), "spread": day.spread, "true_spread": day.true_spread} for day in course.days
        ],
        "events": [{**one._asdict(), "day": int(one.day) + 1} for one in course.events],
        "note": " ".join(NOTE.split()),
    }


def _row(day: Day) -> dict[str, object]:
    row: dict[str, object] = {"day": day.day, "SOC reported, %": _percent(day.counted, day.connected)}
    row["apart, %"] = f"{100 * day.spread:.1f}"
    row["truly, %"] = _percent(day.true, day.connected)
    row["widest that day, %"] = f"{100 * day.widest:.1f}"
    row["highest cell, V"] = _each(day.cell_max, day.connected, ".3f")
    row["mean cell then, V"] = _each(day.mean, day.connected, ".3f")
    row["bus at rest, V/cell"] = f"{day.rest:.3f}"
    return row


def _percent(values: Sequence[float], connected: Sequence[bool]) -> str:
    return _each([100 * value for value in values], connected, ".1f")


def _each(values: Sequence[float], connected: Sequence[bool], form: str) -> str:
    pairs = zip(values, connected, strict=True)
    return " / ".join(format(value, form) if joined else "open" for value, joined in pairs)


def _described(scenario: Scenario) -> str:
    what = {
        "first": "the inverter follows the CVL of pack 1 alone",
        "lowest": "the inverter follows the lowest CVL, and stops when a pack asks for no current",
        "average": "the inverter follows the average of the CVLs",
    }[scenario.rule]
    packs = ", ".join(
        f"{one.capacity:g} Ah {1000 * one.resistance:g} mohm {one.temperature:g} degC"
        for one in scenario.packs
    )
    return (
        f"{len(scenario.packs)} packs ({packs}) on {scenario.ladder.connection.replace('_', ' ')}; {what}; "
        f"CVL {scenario.cvl:g} V, protection at {scenario.trip:g} V of the highest cell\n"
        "figures at rest after each day's charge"
    )


def _whose(pack: int) -> str:
    return f"pack {pack}: " if pack else ""


def _pack(text: str) -> Traits:
    """Read one pack, ``capacity=196.5,resistance=0.028``.

    Raises:
        InputError: an unknown key, no number, or a value that no pack has; names the pack.
    """
    from dataclasses import fields

    from bmshil.battery.divergence import Traits

    known = [field.name for field in fields(Traits)]
    values: dict[str, float] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals or name not in known or name in values:
            raise InputError(
                f"--packs {text}: write each of these at most once, with a value: {', '.join(known)}"
            )
        try:
            values[name] = float(value)
        except ValueError:
            raise InputError(f"--packs {text}: {name} {value!r} is no number") from None
    try:
        return Traits(**values)
    except InputError as error:
        raise InputError(f"--packs {text}: {error}") from None


def _days(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise InputError(f"--days {text}: give a whole number of days, such as 60") from None
