"""bmshil mutations: list the known bad inverters that the twin can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "--dut", metavar="PROFILE", default="pylon_parallel", help="profile (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print what each mutation does wrong and which requirements must catch it."""
    from bmshil.inverter import mutations, profile

    found = mutations(profile(options.dut).name)
    if options.json:
        print(json.dumps({"dut": options.dut, "mutations": msgspec.to_builtins(found)}, indent=2))
        return 0
    from bmshil.report import table

    rows = [
        {
            "mutation": one.id,
            "what it does wrong": one.title,
            "conformity": ", ".join(one.violates.conformity) or "-",
            "safety": ", ".join(one.violates.safety) or "-",
            "scenarios": ", ".join(one.scenario) or "-",
        }
        for one in found
    ]
    print(table(rows), end="")
    return 0
