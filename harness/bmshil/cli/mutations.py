"""bmshil mutations: list the known bad inverters that the twin can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.inverter import Profile


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument(
        "--dut",
        metavar="PROFILE",
        default="pylon_parallel",
        help="profile that they deviate from (default: %(default)s)",
    )
    parser.add_argument(
        "--profiles", action="store_true", help="list the profiles instead: the inverters that a twin can be"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Print what each mutation does wrong and which requirements must catch it."""
    from bmshil.inverter import mutations, profile

    if options.profiles:
        return _list_profiles(as_json=options.json)
    device = profile(options.dut)
    found = mutations(device.name)
    if options.json:
        known = {"dut": options.dut, "violates": device.violates, "unsafe": device.unsafe, "mutations": found}
        print(json.dumps(msgspec.to_builtins(known), indent=2))
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
    for line in _of_itself(device):
        print(line)
    return 0


def _list_profiles(*, as_json: bool) -> int:
    """Print which inverters there are."""
    from bmshil.inverter import profile, profile_names
    from bmshil.report import table

    rows = [
        {
            "profile": one.name,
            "what it is": one.title,
            "dialect": one.declares.dialect,
            "good": "yes" if one.good else "no",
        }
        for one in map(profile, profile_names())
    ]
    print(json.dumps({"profiles": rows}, indent=2) if as_json else table(rows), end="\n" if as_json else "")
    return 0


def _of_itself(device: Profile) -> list[str]:
    """What the profile fails without any mutation: a field profile, or one whose own document is not safe."""
    wrong = device.violates
    lines = (
        [] if device.good else [f"{device.name} itself does not do what its documents say; known to fail:"]
    )
    lines += [f"  conformity: {', '.join(wrong.conformity)}"] if wrong.conformity else []
    lines += [f"  safety: {', '.join(wrong.safety)}"] if wrong.safety else []
    lines += [
        f"{device.name} as documented fails {one} on safety: {why}" for one, why in device.unsafe.items()
    ]
    return lines
