"""A rig made of a folder, harnesses to be killed as processes, and guards of this very process."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from bmshil.errors import RigError
from bmshil.rig import RigLock
from bmshil.safety import Device, Guard, GuardSpec, OffReport, new_mark, wait_on_wall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAB = '''
"""Instruments made of a folder: what is said to them is a line in a file, and a file can break them."""

import os
import threading
from pathlib import Path

from bmshil.errors import InstrumentError
from bmshil.instruments import Capability


class Anything:
    capabilities = Capability.READ_BACK
    identity = "made of a folder"

    def __init__(self, name, folder):
        self.name, self.folder = name, Path(folder)

    @classmethod
    def connect(cls, name, resource, *, journal=None, **options):
        one = cls(name, resource)
        one.say("connect")
        return one

    def disconnect(self):
        self.say("disconnect")

    def say(self, what):
        with (self.folder / "said").open("a") as file:
            file.write(f"{os.getpid()} {self.name} {what}\\n")
        if (self.folder / f"{self.name}.hangs").exists():
            threading.Event().wait(30)
        if (self.folder / f"{self.name}.broken").exists():
            raise InstrumentError(f"{self.name}: broken")


class Supply(Anything):
    set_voltage = set_voltage_and_read_current = set_resistance = set_limits = output = limiting = None

    def off(self):
        self.say("off")

    def read(self):
        return 0.0, 0.0


class Load(Anything):
    capabilities = Capability.READ_BACK | Capability.POWER
    set_power = input = power = None

    def off(self):
        self.say("off")


class Operated(Load):
    by_hand = True

    def off(self):
        raise InstrumentError(f"{self.name}: nobody is there")


class Permit(Anything):
    held = None

    def hold(self, seconds):
        self.say(f"hold {seconds:g}")

    def off(self):
        self.say("off")
'''

HARNESS = """
import os, sys, threading
from pathlib import Path
import msgspec
from bmshil.rig import RigLock
from bmshil.safety import Guard, GuardSpec, new_mark, write_mark

spec = msgspec.json.decode(sys.argv[1], type=GuardSpec)
spec = msgspec.structs.replace(spec, mark=new_mark("lab", "test"))
lock = RigLock("lab", "test", folder=Path(sys.argv[2])).acquire()
guard = Guard.start(spec, lock.fileno(), on_loss=print)
guard.beat(spec.lease)
write_mark(spec.mark)
child = os.fork() if sys.argv[3] == "forks" else os.getpid()
if child == 0:
    threading.Event().wait(60)
if sys.argv[3] == "energised":
    guard.energised(True)
print(child, flush=True)
if sys.argv[3] == "leaves":
    os._exit(0)
if sys.argv[3] == "calls":
    with guard.patience(1.2):
        threading.Event().wait(60)
while not threading.Event().wait(spec.lease / 4):
    guard.beat(spec.lease)
"""

ROLES = {"operated": "load"}
LEASE = 0.4


class Place:
    """A rig made of a folder, and harnesses that may be killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "lab_of_ours.py").write_text(LAB)
        self.lock = RigLock("lab", "test", folder=folder)
        self.started: list[subprocess.Popen[str]] = []

    def spec(self, *roles: str, lease: float = 30.0) -> GuardSpec:
        return GuardSpec(
            mark=new_mark("lab", "test"),
            devices=tuple(
                Device(ROLES.get(role, role), f"lab_of_ours:{role.capitalize()}", str(self.folder))
                for role in roles or ("supply", "load")
            ),
            lease=lease,
            record=str(self.folder / "guard.json"),
            path=(str(self.folder),),
        )

    def harness(self, how: str = "works", *roles: str) -> tuple[subprocess.Popen[str], int]:
        """Start one; returns it, and the number that it says when its guard is ready."""
        code = msgspec.json.encode(self.spec(*roles, lease=LEASE)).decode()
        process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-c", HARNESS, code, str(self.folder), how], stdout=subprocess.PIPE, text=True
        )
        self.started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    def said(self, process: int | None = None) -> list[str]:
        """What was said to the instruments, by anybody but ``process``."""
        path = self.folder / "said"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.partition(" ")[2] for line in lines if int(line.partition(" ")[0]) != process]

    def wait_until_free(self) -> None:
        def free() -> bool:
            try:
                with RigLock("lab", "look", folder=self.folder):
                    return True
            except RigError:
                return False

        assert wait_on_wall(free, 20.0), "the guard still holds the rig"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("BMSHIL_STATE", str(tmp_path / "state"))
    one = Place(tmp_path)
    yield one
    for process in one.started:
        process.kill()
        process.communicate()


@pytest.fixture
def guard(place: Place) -> Iterator[Callable[..., tuple[Guard, list[str]]]]:
    """Start a guard of this very process; returns it and what it says when it is lost."""
    started: list[Guard] = []
    place.lock.acquire()

    def start(*roles: str, **options: Any) -> tuple[Guard, list[str]]:
        told: list[str] = []
        one = Guard.start(place.spec(*roles, **options), place.lock.fileno(), on_loss=told.append)
        started.append(one)
        one.beat(30.0)
        return one, told

    yield start
    for one in started:
        one.release(OffReport(()))
    place.lock.release()
