"""Drills: how long everything took to go off when the harness was killed on purpose, on the rig itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from bmshil.safety.shared_files import read_struct, write_shared


class Drill(msgspec.Struct, frozen=True):
    """One drill.

    Attributes:
        rig: name of the rig.
        when: time of the kill.
        kill_to_off: from the kill until the last output had answered that it is off, s.
        kill_to_first: from the kill until the guard began to switch, s.
        clean: whether everything was verified off.
        steps: what the guard did, a line each.
        user: who drilled.
    """

    rig: str
    when: Annotated[datetime, msgspec.Meta(tz=True)]
    kill_to_off: float
    kill_to_first: float
    clean: bool
    steps: tuple[str, ...] = ()
    user: str = ""

    @property
    def age(self) -> float:
        """Time since then, s."""
        return (datetime.now(UTC) - self.when).total_seconds()


def last_drill(rig: str) -> Drill | None:
    """The last drill on a rig; None when there is none that can be understood.

    Raises:
        RigError: its file cannot be read.
    """
    return read_struct(_name(rig), Drill)


def record_drill(drill: Drill) -> None:
    """Keep a drill, in the place of the one before.

    Raises:
        RigError: it cannot be written.
    """
    write_shared(_name(drill.rig), msgspec.json.format(msgspec.json.encode(drill)))


def _name(rig: str) -> str:
    return f"{rig}.drill.json"
