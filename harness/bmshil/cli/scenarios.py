"""bmshil scenarios: list the field failures, and which requirement catches each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bmshil.cli.places import tests_folder
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

SUBJECTS = ("dut", "bms", "aggregator", "physical")


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "names", metavar="ID", nargs="*", help="only these, e.g. S74, with all that is known of them"
    )
    parser.add_argument(
        "--subject", metavar="WHO", help=f"only those of one who fails: {', '.join(SUBJECTS)}"
    )
    parser.add_argument("--tests", metavar="DIR", help="folder of requirement tests (default: tests_hil)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Hold the catalogue against the requirements, and print it."""
    from bmshil.inverter.document import did_you_mean

    if options.subject not in (None, *SUBJECTS):
        raise InputError(f"no subject is called {options.subject!r}{did_you_mean(options.subject, SUBJECTS)}")
    rows = catalogue(options)
    if options.json:
        print(json.dumps({"scenarios": rows}, indent=2))
    elif options.names:
        print("\n\n".join(_page(row) for row in rows))
    else:
        _print_table(rows)
    return 0


def catalogue(options: Namespace) -> list[dict[str, Any]]:
    """Each wanted scenario with its state: the requirements that name it, or the reason why none does.

    Raises:
        InputError: no such scenario, or the tests cannot be collected.
    """
    import msgspec

    from bmshil.bench.stimuli import STIMULI
    from bmshil.cli.requirements import collect_requirements
    from bmshil.judge.scenarios import scenario, scenarios

    wanted = [scenario(name.upper()) for name in options.names] or scenarios()
    naming: dict[str, list[str]] = {}
    for requirement in collect_requirements(tests_folder(options.tests)):
        for name in requirement["scenarios"]:
            naming.setdefault(name, []).append(requirement["id"])
    return [
        {
            **msgspec.to_builtins(one),
            "requirements": naming.get(one.id, []),
            "playable": one.id in STIMULI,
        }
        for one in wanted
        if options.subject in (None, one.subject)
    ]


def _print_table(rows: list[dict[str, Any]]) -> None:
    from bmshil.report import table

    shown = [
        {
            "id": row["id"],
            "scenario": row["title"],
            "subject": row["subject"],
            "by": row["evidence"],
            "play": "yes" if row["playable"] else "-",
            "tested by, or why not": _state(row),
        }
        for row in rows
    ]
    print(table(shown), end="")
    tested = sum(bool(row["requirements"]) for row in rows)
    bare = [row["id"] for row in rows if not row["requirements"] and not row["untested"]]
    reasoned = len(rows) - tested - len(bare)
    print(f"\n{len(rows)} scenarios: {tested} with a requirement, {reasoned} with a reason")
    if bare:
        print(f"neither: {', '.join(bare)}")


def _state(row: dict[str, Any]) -> str:
    return ", ".join(row["requirements"]) or row["untested"] or "-"


def _page(row: dict[str, Any]) -> str:
    lines = [
        f"{row['id']}: {row['title']} ({row['group']}, subject {row['subject']}, evidence {row['evidence']})",
        f"  stimulus  {row['stimulus']}",
        f"  good      {row['good']}",
        f"  bad       {row['bad']}",
        f"  source    {row['source']}",
        f"  tested by {_state(row)}",
        f"  shown by  {', '.join(row['shown_by']) or '-'}",
        f"  play      {'yes' if row['playable'] else row['unplayable'] or row['untested'] or '-'}",
    ]
    return "\n".join(lines)
