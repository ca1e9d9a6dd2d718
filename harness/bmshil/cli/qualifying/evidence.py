"""What a run keeps of where it comes from, so that others can judge it again without the bench."""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from bmshil.cli.places import tests_folder
from bmshil.errors import InputError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.evidence import RunStore
    from bmshil.evidence.facts import RunFacts
    from bmshil.rig import Rig


def declare_evidence(parser: ArgumentParser) -> None:
    """Declare the arguments about the class of the report."""
    parser.add_argument(
        "--class",
        dest="report_class",
        choices=("engineering", "qualification"),
        default="engineering",
        help="class of the report: qualification needs calibrations, operator, ambient and a signature "
        "(default: %(default)s)",
    )
    parser.add_argument("--operator", metavar="NAME", default="", help="who runs it; goes into the evidence")
    parser.add_argument(
        "--ambient", metavar="TEXT", default="", help="of the room, e.g. '23 degC, 45 %%'; goes likewise"
    )


def require_class(rig: Rig, options: Namespace) -> None:
    """Refuse a qualification for which something is missing, before anything is switched on.

    Raises:
        InputError: names everything that is missing, a line each.
    """
    if options.report_class != "qualification":
        return
    lacks = _lacks(rig, options)
    for one in lacks:
        print(f"bmshil qualify: class qualification: {one}", file=sys.stderr)
    if lacks:
        raise InputError(f"{rig.path}: {len(lacks)} reasons against class qualification; nothing was tested")


def facts_of(rig: Rig, options: Namespace, inputs: dict[str, str]) -> RunFacts:
    """Facts of a run that is about to begin, whose inputs :func:`keep_inputs` has kept."""
    from bmshil.dialects import dbc_folder
    from bmshil.evidence.code import code_hashes
    from bmshil.evidence.facts import Calibration, RunFacts, file_hashes, host_facts
    from bmshil.judge.decision import GUARDED
    from bmshil.safety import last_drill

    drill = None if rig.twin_device else last_drill(rig.name)
    return RunFacts(
        report_class=options.report_class,
        lacks=list(_lacks(rig, options)),
        operator=options.operator or rig.operator,
        ambient=options.ambient or rig.ambient,
        decision=str(GUARDED),
        tolerances={unit: rig.tolerances.of(unit) for unit in ("V", "A", "s")},
        calibrations={
            role: Calibration(
                due=str(entry.calibration.due or ""),
                certificate=entry.calibration.certificate,
                uncertainty={str(unit): value for unit, value in entry.calibration.uncertainty.items()},
            )
            for role, entry in rig.instruments.items()
            if entry.calibration != type(entry.calibration)()
        },
        drill=f"{drill.when:%Y-%m-%d}: everything off {drill.kill_to_off:.2f} s after the kill"
        if drill
        else "",
        dbc=file_hashes(dbc_folder().glob("*.dbc")),
        host=host_facts(),
        inputs=inputs,
        code=code_hashes(tests_folder(options.tests)),
        faults=list(options.fault),
        hazard=options.allow_hazard,
    )


def keep_inputs(store: RunStore, rig: Rig) -> dict[str, str]:
    """Copy what the run is made from into its folder.

    Returns:
        Names within the folder by what they are: rig, profile, acceptance and, where there is one, sheet.
    """
    contents = input_files(rig)
    folder = store.path / "inputs"
    folder.mkdir()
    for name, content in contents.values():
        (folder / name).write_bytes(content)
    return {what: f"{folder.name}/{name}" for what, (name, _) in contents.items()}


def input_files(rig: Rig) -> dict[str, tuple[str, bytes]]:
    """What a run on this rig is made from: name and content, by what it is."""
    from bmshil.rig.sheet import sheet_path

    floor = resources.files("bmshil.judge").joinpath("acceptance.yaml")
    usual = rig.acceptance == "default"
    contents = {
        "rig": (f"rig-{rig.path.name}", rig.path.read_bytes()),
        "profile": (f"profile-{rig.profile.path.name}", rig.profile.path.read_bytes()),
        "acceptance": ("acceptance.yaml", floor.read_bytes() if usual else Path(rig.acceptance).read_bytes()),
    }
    sheet = sheet_path(rig)
    if sheet.is_file() and not rig.twin_device:
        contents["sheet"] = ("sheet.json", sheet.read_bytes())
    return contents


def _lacks(rig: Rig, options: Namespace) -> tuple[str, ...]:
    from bmshil.rig import qualification_lacks

    return qualification_lacks(
        rig, operator=options.operator or rig.operator, ambient=options.ambient or rig.ambient
    )
