"""The run mark: stands from before the first output goes on until everything is verified off.

It survives the harness, its guard and the computer. While it stands, nobody may use the rig but
``bmshil off``.
"""

from __future__ import annotations

import getpass
import os
from datetime import UTC, datetime

import msgspec

from bmshil.safety.shared_files import clear_shared, read_shared, write_shared

UNREADABLE = "its mark cannot be read, so nobody knows what is on"


class Mark(msgspec.Struct, frozen=True):
    """A run whose outputs are not verified off, or not yet.

    Attributes:
        rig: name of the rig.
        pid: process of the run.
        user: whose it was.
        purpose: what for.
        since: when it began, ISO 8601.
        unconfirmed: what could not be switched off, a line each; empty while nobody has tried.
        twin: process that serves the rig's twin; None for real instruments. With that process everything
            that was on is gone.
    """

    rig: str
    pid: int
    user: str
    purpose: str
    since: str
    unconfirmed: tuple[str, ...] = ()
    twin: int | None = None

    def __str__(self) -> str:
        whose = f" of {self.user}" if self.user else ""
        what = "; ".join(self.unconfirmed) or "it ended before anybody could look"
        return f"the run{whose} ({self.purpose}, process {self.pid}, since {self.since}): {what}"


def new_mark(rig: str, purpose: str, *, twin: int | None = None) -> Mark:
    """The mark of a run that begins now in this process."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        user = ""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Mark(rig, os.getpid(), user, purpose, now, twin=twin)


def read_mark(rig: str) -> Mark | None:
    """The mark that stands on a rig; None when there is none. One that cannot be understood stands.

    Raises:
        RigError: it cannot be read.
    """
    text = read_shared(_name(rig))
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=Mark)
    except msgspec.MsgspecError:
        return Mark(rig, 0, "", "unknown", "unknown", (UNREADABLE,))


def write_mark(mark: Mark) -> None:
    """Set a mark; it is on the disk when this returns.

    Raises:
        RigError: it cannot be written, so nothing may be switched on.
    """
    write_shared(_name(mark.rig), msgspec.json.format(msgspec.json.encode(mark)))


def clear_mark(rig: str) -> None:
    """Take the mark away: everything is verified off. Harmless when there is none.

    Raises:
        RigError: it cannot be removed.
    """
    clear_shared(_name(rig))


def _name(rig: str) -> str:
    return f"{rig}.mark.json"
