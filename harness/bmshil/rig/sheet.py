"""The set-up sheet: what a person has set at the inverter, who, when, and to which values.

Most calls from the field are a wrong menu. So the steps of a profile are walked through once for each device,
and what was typed in is kept beside the rig file, where the evidence of every run takes it from.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - msgspec looks at the annotations when the program runs
from pathlib import Path  # noqa: TC003 - likewise
from typing import TYPE_CHECKING, Annotated

import msgspec

from bmshil.errors import InputError

if TYPE_CHECKING:
    from bmshil.rig.rig_file import Rig

AS_WRITTEN = "as written"
"""What stands for a step that was done word by word."""


class Step(msgspec.Struct, frozen=True):
    """One step: what the profile asks for, and what it was set to."""

    text: str
    value: str = AS_WRITTEN


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A set-up sheet that somebody has walked through.

    Attributes:
        rig: name of the rig.
        profile: of the device.
        firmware: of the device, as the rig file has it.
        serial: likewise.
        operator: who.
        when: when.
        steps: in the order of the profile.
    """

    rig: str
    profile: str
    firmware: str = ""
    serial: str = ""
    operator: str
    when: Annotated[datetime, msgspec.Meta(tz=True)]
    steps: tuple[Step, ...]

    @property
    def citation(self) -> str:
        """How a requirement cites it."""
        return f"set-up sheet: {self.operator}, {self.when:%Y-%m-%d}"


def sheet_path(rig: Rig) -> Path:
    """Where the sheet of a rig is: beside its file."""
    return rig.path.with_suffix(".sheet.json")


def read_sheet(rig: Rig) -> Sheet | None:
    """The sheet of a rig; None when nobody has walked through it, or on a twin, which has no menu.

    Raises:
        InputError: the file is there and no such sheet.
    """
    if rig.twin_device:
        return None
    path = sheet_path(rig)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Sheet)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{path}: no set-up sheet: {error}: do `bmshil sheet {rig.path}` again") from error


def write_sheet(rig: Rig, sheet: Sheet) -> Path:
    """Keep a sheet, in the place of the one before; returns where.

    Raises:
        InputError: it cannot be written there.
    """
    path = sheet_path(rig)
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(sheet)) + b"\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def sheet_doubts(rig: Rig, sheet: Sheet) -> tuple[str, ...]:
    """Why a sheet says nothing about the device that stands here now; empty when it does."""
    doubts = []
    for what, then, now in (
        ("profile", sheet.profile, rig.profile.name),
        ("firmware", sheet.firmware, rig.dut.firmware),
        ("serial number", sheet.serial, rig.dut.serial),
    ):
        if then != now:
            doubts.append(f"it is for {what} {then or 'unknown'}, and here is {now or 'unknown'}")
    if tuple(step.text for step in sheet.steps) != rig.profile.declares.setup_sheet:
        doubts.append("the profile has other steps by now")
    return tuple(doubts)
