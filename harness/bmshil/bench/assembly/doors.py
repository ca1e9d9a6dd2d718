"""Where another process has the doors of a twin: written by ``bmshil twin``, read by whoever opens the rig.

Each served rig has a folder in the system's folder for temporary files, beside its lock, named after the
rig. In it are the file ``doors.json``, and a link per CAN adapter whose name is the same every time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bmshil.bench.assembly.serial_line import serial_through
from bmshil.errors import RigError
from bmshil.rig import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bmshil.rig import Rig

FILE = "doors.json"


class Doors(msgspec.Struct, frozen=True):
    """What is served, by whom, and where.

    Attributes:
        rig: name of the rig.
        pid: process that serves it.
        since: ISO 8601.
        profile: name of the device's profile.
        mutation: deviation of the device, or None.
        packs: how many the device is set up for.
        can: serial device of each CAN adapter, by role.
        instruments: VISA resource of each instrument, by role.
        readback: host:port of the device's Modbus TCP; None where the rig has none.
        serial: serial device of each line of the bank, by role.
    """

    rig: str
    pid: int
    since: str
    profile: str
    mutation: str | None
    packs: int
    can: dict[str, str]
    instruments: dict[str, str]
    readback: str | None
    serial: dict[str, str] = {}


def doors_folder(rig: str) -> Path:
    """Where the doors of a rig are published."""
    return Path(tempfile.gettempdir()) / f"bmshil-{rig}.doors"


@contextmanager
def own_folder(rig: str) -> Iterator[Path]:
    """Make the folder for the doors of a rig, and take it away at the end.

    The caller holds the lock of the served rig, so that a folder that is there already was left behind by a
    process that was killed: it is cleared.

    Raises:
        RigError: it cannot be made, or belongs to somebody else.
    """
    folder = doors_folder(rig)
    try:
        if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.getuid()):
            raise RigError(f"rig {rig}: {folder} belongs to somebody else: remove it, or rename the rig")
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise RigError(f"rig {rig}: the folder {folder} cannot be made: {error.strerror}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(doors: Doors) -> None:
    """Write the file in one step: whoever sees it sees all of it, and every door is open."""
    folder = doors_folder(doors.rig)
    new = folder / f".{FILE}"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(doors)))
    new.replace(folder / FILE)


def now() -> str:
    """The present moment, as :attr:`Doors.since` has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def served(rig: str) -> Doors | None:
    """The doors of a rig that a living process serves; None when there is none."""
    doors = _published(rig)
    return doors if doors is not None and runs(doors.pid) else None


def find_doors(rig: Rig) -> Doors:
    """The doors of a rig with ``placement: process``.

    Raises:
        RigError: nobody serves it, or what is served has fewer doors than the rig.
    """
    doors = _published(rig.name)
    if doors is None or not runs(doors.pid):
        ended = "" if doors is None else f"; process {doors.pid}, which served it, has ended"
        raise RigError(
            f"rig {rig.name}: its twin is made by another process{ended}: "
            f"start `bmshil twin {rig.path}` first and leave it running"
        )
    missing = [f"can.{role}" for role in rig.can if role not in doors.can]
    missing += [f"instruments.{role}" for role in rig.instruments if role not in doors.instruments]
    missing += [f"serial.{role}" for role in rig.serial if role not in doors.serial]
    missing += ["readback"] if rig.readback is not None and doors.readback is None else []
    if missing:
        raise RigError(f"rig {rig.name}: {_who(doors)} has no {', '.join(missing)}: {_again(rig)}")
    if doors.packs != len(rig.modules):
        raise RigError(
            f"rig {rig.name}: {_who(doors)} is set up for {doors.packs} packs, not for {len(rig.modules)}: "
            f"{_again(rig)}"
        )
    return doors


def check_device(rig: Rig, doors: Doors, mutation: str | None) -> None:
    """Refuse to test a device as another one than is served.

    Raises:
        RigError: profile or mutation differ.
    """
    if (rig.profile.name, mutation) != (doors.profile, doors.mutation):
        raise RigError(
            f"rig {rig.name}: {_who(doors)} is {_device(doors.profile, doors.mutation)}, "
            f"not {_device(rig.profile.name, mutation)}: give both commands the same --dut and --mutate"
        )


def through(rig: Rig, doors: Doors) -> Rig:
    """The rig with its doors where they are: nothing else differs from a rig of hardware."""
    return replace(
        rig,
        can={
            role: msgspec.structs.replace(channel, interface=rig.interface(role), channel=doors.can[role])
            for role, channel in rig.can.items()
        },
        instruments={
            role: msgspec.structs.replace(entry, resource=doors.instruments[role])
            for role, entry in rig.instruments.items()
        },
        serial=serial_through(rig, doors.serial),
        readback=None
        if rig.readback is None or doors.readback is None
        else msgspec.structs.replace(rig.readback, address=doors.readback),
    )


def _published(rig: str) -> Doors | None:
    try:
        return msgspec.json.decode((doors_folder(rig) / FILE).read_bytes(), type=Doors)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RigError(f"rig {rig}: {error.filename} cannot be read: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise RigError(f"rig {rig}: {doors_folder(rig) / FILE}: {error}: remove it") from error


def _who(doors: Doors) -> str:
    return f"what process {doors.pid} serves"


def _again(rig: Rig) -> str:
    return f"start `bmshil twin {rig.path}` again"


def _device(profile: str, mutation: str | None) -> str:
    return profile if mutation is None else f"{profile} with {mutation}"
