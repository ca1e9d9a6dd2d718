"""bmshil instruments: list the instruments that there are drivers for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

HEADINGS = {
    "supply": "DC supplies",
    "load": "Loads",
    "sink": "Loads",
    "meter": "Meters",
    "ohmmeter": "Meters",
    "relays": "Relays and switches",
    "permit": "Relays and switches",
    "ac_grid": "Sources of the device",
    "pv": "Sources of the device",
}
"""Under which heading a driver stands, by the first role that it can take."""

NOTE = """\
`driver:` of a rig file takes these names, or module:Class for a lab's own class.
"read" is where the commands were read; nothing here was tried on every unit that bears the name.
"""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("--role", metavar="ROLE", help="only drivers that can take this role")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print what there is, by role, and what of it nobody has seen in a manual."""
    rows = known_drivers(options.role)
    if options.json:
        print(json.dumps({"instruments": rows}, indent=2))
        return 0
    from bmshil.report import table

    for heading in dict.fromkeys(HEADINGS.values()):
        shown = [_shown(row) for row in rows if HEADINGS[row["roles"][0]] == heading]
        if shown:
            print(f"{heading}\n\n{table(shown)}")
    open_points = [
        {"driver": row["driver"], "not verified": f"- {point}"} for row in rows for point in row["unverified"]
    ]
    for later, row in reversed(list(zip(open_points[1:], open_points, strict=False))):
        if later["driver"] == row["driver"]:
            later["driver"] = ""
    if open_points:
        print(f"Not verified: nobody has seen it in a manual or driver\n\n{table(open_points)}")
    print(NOTE, end="")
    return 0


def known_drivers(role: str | None = None) -> list[dict[str, Any]]:
    """What every driver says about itself.

    Args:
        role: only those that can take it; None for all.

    Raises:
        InputError: an unknown role.
    """
    from bmshil.errors import InputError
    from bmshil.instruments import DRIVERS, ROLES, roles_of

    if role is not None and role not in ROLES:
        raise InputError(f"unknown instrument role {role!r}; known: {', '.join(ROLES)}")
    return [
        {
            "driver": name,
            "maker": kind.maker,
            "models": kind.models,
            "roles": list(roles),
            "capabilities": [_word(one.name or "") for one in kind.capabilities],
            "read": kind.verified,
            "unverified": list(kind.unverified),
        }
        for name, kind in DRIVERS.items()
        if role is None or role in roles_of(name)
        for roles in [roles_of(name)]
    ]


def _shown(row: dict[str, Any]) -> dict[str, str]:
    maker = "" if row["maker"] == "any" else row["maker"]
    count = len(row["unverified"])
    return {
        "driver": row["driver"],
        "models": " ".join(word for word in (maker, row["models"]) if word) or "any",
        "role": ", ".join(row["roles"]),
        "can": ", ".join(_abilities(row)) or "-",
        "read": row["read"],
        "open": f"{count} below" if count else "-",
    }


def _abilities(row: dict[str, Any]) -> list[str]:
    """What is worth a word: what nearly every driver can is told of those that cannot."""
    can = row["capabilities"]
    usual = {"confirms": "confirms nothing", "read-back": "reads nothing back"}
    if "meter" in row["roles"][0] or row["driver"].startswith("manual-"):
        usual = dict.fromkeys(usual, "")
    missing = [words for name, words in usual.items() if words and name not in can]
    return [one for one in can if one not in usual] + missing


def _word(name: str) -> str:
    return name.lower().replace("_", "-")
