"""bmshil mistakes: play the wiring mistakes of the field on the twin, and print what it makes of each."""

from __future__ import annotations

import json
import shutil
import textwrap
from typing import TYPE_CHECKING, Any

from bmshil.cli.arguments import nearest
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.bench.mistakes import Played

Values = dict[str, Any]

FAILED = 1
"""Exit code where a mistake did not show as it does in the field."""

INDENT = "    "


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help="mistakes by name (default: all, in the order of the table)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Play them; 1 when one does not show."""
    from bmshil.bench.mistakes import play_on_twins
    from bmshil.bms.mistakes import MISTAKES, mistake

    for name in options.names:
        if hint := "" if name in MISTAKES else nearest(name, list(MISTAKES)):
            raise InputError(f"no mistake {name!r}{hint}")
    names = [mistake(name).name for name in options.names] or list(MISTAKES)
    rows = [_row(one) for one in play_on_twins(names)]
    if options.json:
        print(json.dumps({"mistakes": rows}, indent=2))
    else:
        print("\n".join(_text(number, row) for number, row in enumerate(rows, start=1)))
        shown = sum(row["shown"] for row in rows)
        print(f"{shown} of {len(rows)} mistakes show on the bench as they do in the field")
        if not options.names:
            print("1 to 8: the table of a field article on wiring; 9: the case study of another one")
    return 0 if all(row["shown"] for row in rows) else FAILED


def _row(one: Played) -> Values:
    return {
        "name": one.mistake.name,
        "mistake": one.mistake.done,
        "field": one.mistake.seen,
        "cause": one.mistake.cause,
        "bench": list(one.found),
        "findings": list(one.findings),
        "shown": one.shown,
    }


def _text(number: int, row: Values) -> str:
    width = max(shutil.get_terminal_size((100, 24)).columns, 60)
    lines = [f"{number}. {row['mistake']} ({row['name']})"]
    for word, texts in (
        ("field", [row["field"]]),
        ("cause", [row["cause"]]),
        ("bench", row["bench"]),
        ("switches", row["findings"]),
    ):
        for text in texts:
            lines += textwrap.wrap(
                f"{word:9} {text}", width, initial_indent=INDENT, subsequent_indent=INDENT + 10 * " "
            )
    return "\n".join([*lines, ""])
