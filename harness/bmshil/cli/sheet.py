"""bmshil sheet: walk through the set-up sheet of a rig's inverter, and keep what was set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from bmshil.rig import Rig
    from bmshil.rig.sheet import Sheet

HOW = "what it is set to now, or Enter for as written"
"""What may be typed at a step."""


def configure(parser: ArgumentParser) -> None:
    """Declare arguments."""
    parser.add_argument("rig", help="rig file, or its name in rigs/")
    parser.add_argument("--operator", metavar="NAME", help="who does it; without a name the sheet is shown")
    parser.add_argument("--dut", metavar="PROFILE", help="profile of the device, instead of the rig file's")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Ask step by step, or show what there is."""
    from bmshil.errors import InputError
    from bmshil.rig import load

    rig = load(options.rig, dut=options.dut)
    if options.operator is None:
        print(_shown(rig), end="", flush=True)
        return 0
    if not options.operator.strip():
        raise InputError("--operator: a name, so that somebody can be asked")
    if rig.twin_device:
        raise InputError(f"{rig.path}: its inverter is made of software: there is no menu to set")
    if not rig.profile.declares.setup_sheet:
        raise InputError(f"profile {rig.profile.name} has no set-up sheet: add declares.setup_sheet")
    from bmshil.rig.sheet import write_sheet

    sheet = _asked(rig, options.operator.strip())
    print(f"{sheet.citation}: {len(sheet.steps)} steps kept in {write_sheet(rig, sheet)}")
    return 0


def _asked(rig: Rig, operator: str) -> Sheet:
    """Walk through the steps. Nothing is kept of a sheet that is broken off.

    Raises:
        InstrumentError: nobody is there, or nobody answers.
    """
    from bmshil.instruments.operator import Operator
    from bmshil.rig.sheet import AS_WRITTEN, Sheet, Step

    person = Operator(name="sheet")
    steps = rig.profile.declares.setup_sheet
    person.tell(f"{rig.profile.title}: {len(steps)} steps; Ctrl-C breaks off and keeps nothing")
    done = [
        Step(text, person.question(f"set {number}/{len(steps)}: {text}", HOW) or AS_WRITTEN)
        for number, text in enumerate(steps, 1)
    ]
    return Sheet(
        rig=rig.name,
        profile=rig.profile.name,
        firmware=rig.dut.firmware,
        serial=rig.dut.serial,
        operator=operator,
        when=datetime.now(UTC).replace(microsecond=0),
        steps=tuple(done),
    )


def _shown(rig: Rig) -> str:
    from bmshil.rig.sheet import read_sheet, sheet_doubts

    sheet = read_sheet(rig)
    lines = [f"{rig.profile.title} ({rig.profile.name})"]
    if sheet is None:
        lines += [f"  {number}. {text}" for number, text in enumerate(rig.profile.declares.setup_sheet, 1)]
        lines.append(
            "its inverter is made of software: nobody has to set it up"
            if rig.twin_device
            else f"nobody has walked through it: `bmshil sheet {rig.path} --operator NAME`"
        )
        return "\n".join(lines) + "\n"
    lines += [f"  {number}. {step.text}\n     {step.value}" for number, step in enumerate(sheet.steps, 1)]
    lines.append(sheet.citation)
    lines += [f"doubtful: {doubt}" for doubt in sheet_doubts(rig, sheet)]
    return "\n".join(lines) + "\n"
