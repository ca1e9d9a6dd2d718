"""One run per rig: a lock that outlives nobody."""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

import msgspec

from bmshil.errors import RigError
from bmshil.safety.shared_files import make_state_folder, state_folder

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Owner(msgspec.Struct, frozen=True):
    """Who holds a rig.

    Attributes:
        pid: process.
        purpose: what for.
        since: since when, ISO 8601.
        user: whose process it is; empty where nobody knows.
        until: how long it expects to need the rig, ISO 8601; empty when it has not said.
    """

    pid: int
    purpose: str
    since: str
    user: str = ""
    until: str = ""

    @property
    def overdue(self) -> bool:
        """Whether it holds the rig for longer than it has expected."""
        return bool(self.until) and datetime.now(UTC) > datetime.fromisoformat(self.until)


class RigLock:
    """Holds a rig against every other run on this machine, of any user.

    The operating system keeps the lock, not the file: it ends with the last process that has it open, so
    the lock of a dead run needs no cleaning up. A process that inherits :meth:`fileno`, such as the guard,
    keeps the rig held until it lets go as well.

    Args:
        rig: name of the rig.
        purpose: what for, for those who find it held.
        expected: how long it will be needed, s; None for nobody knows. Past that time whoever finds the rig
            held is told so. It is never taken from a process that lives: that one may hold outputs on.
        folder: where the lock files are; when left out the one folder of all users in which the marks are
            too. A folder for temporary files differs with the environment, and so would hold nobody off.
    """

    def __init__(
        self, rig: str, purpose: str, folder: Path | None = None, *, expected: float | None = None
    ) -> None:
        self.rig = rig
        self.purpose = purpose
        self._expected = expected
        self._since = ""
        self._shared = folder is None
        self.path = (folder or state_folder()) / f"bmshil-{rig}.lock"
        self._file: int | None = None

    def acquire(self) -> Self:
        """Take the rig.

        Raises:
            RigError: somebody holds it; names who, what for and since when.
        """
        try:
            file = self._open()
        except OSError as error:
            raise RigError(
                f"rig {self.rig}: the lock {self.path} cannot be opened: {error.strerror}"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = self._read(file)
            os.close(file)
            raise RigError(f"rig {self.rig} is held {_told(owner)}") from None
        self._file = file
        self._since = _moment(datetime.now(UTC))
        self._sign()
        return self

    def expect(self, seconds: float) -> None:
        """Say for how long the rig will be needed from now on, s; without effect on one that is not held."""
        self._expected = seconds
        if self._file is not None:
            self._sign()

    def release(self) -> None:
        """Let the rig go. May be called twice."""
        file, self._file = self._file, None
        if file is not None:
            os.ftruncate(file, 0)
            os.close(file)

    def holder(self) -> Owner | None:
        """Who signed the lock last; None when nobody has, or has taken the signature back."""
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            return self._read(file)
        finally:
            os.close(file)

    def fileno(self) -> int:
        """The open file, to be inherited by a process that shall hold the rig too.

        Raises:
            RigError: the rig is not held.
        """
        if self._file is None:
            raise RigError(f"rig {self.rig} is not held by this process")
        return self._file

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _sign(self) -> None:
        file = self.fileno()
        span = self._expected
        until = "" if span is None else _moment(datetime.now(UTC) + timedelta(seconds=span))
        mine = msgspec.json.encode(Owner(os.getpid(), self.purpose, self._since, _user(), until))
        os.pwrite(file, mine, 0)
        os.ftruncate(file, len(mine))

    def _open(self) -> int:
        if self._shared:
            make_state_folder()
        # Opened without O_CREAT first: in a sticky folder Linux refuses O_CREAT on another user's file.
        try:
            return os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            with contextlib.suppress(PermissionError):
                os.fchmod(file, 0o666)
            return file

    @staticmethod
    def _read(file: int) -> Owner | None:
        try:
            return msgspec.json.decode(os.pread(file, 4096, 0), type=Owner)
        except msgspec.MsgspecError:
            return None


def _told(owner: Owner | None) -> str:
    if owner is None:
        return "by a run that has not said who it is: wait for it, or stop that run"
    alive = runs(owner.pid)
    ended = "" if alive else ", which has ended, but its guard has not"
    whose = f", user {owner.user}" if owner.user else ""
    until = f", expected until {owner.until}" if owner.until else ""
    who = f"by process {owner.pid}{ended} ({owner.purpose}, since {owner.since}{whose}{until})"
    if owner.overdue and alive:
        return (
            f"{who}: that time is over; it is not taken from a living process: look at it, or stop that run"
        )
    return f"{who}: wait for it, or stop that run"


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="seconds")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # in a container there may be a number and no name
        return ""


def runs(pid: int) -> bool:
    """Whether there is a process of this number, of any user."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
