"""Small files that every user of a machine may read and write, and that survive a reboot."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from bmshil.errors import RigError

T = TypeVar("T")

PLACE = "BMSHIL_STATE"
"""Environment variable that names another folder, for tests."""

USUAL = Path("/var/tmp/bmshil")  # noqa: S108 - shared by all users of the machine on purpose, kept over a reboot


def state_folder() -> Path:
    """Where marks, drills and records of the guard are: one folder for all users of the machine."""
    return Path(os.environ.get(PLACE) or USUAL)


def make_state_folder() -> None:
    """Make :func:`state_folder` where it is missing, open to all users.

    Raises:
        OSError: it cannot be made.
    """
    _make(state_folder())


def write_shared(name: str, content: bytes) -> Path:
    """Write a file so that it is on the disk when this returns.

    It is written in place: in a sticky folder nobody can replace the file of somebody else, but everybody may
    write into it.

    Args:
        name: of the file in :func:`state_folder`.
        content: all of it, not empty.

    Raises:
        RigError: it cannot be written.
    """
    path = state_folder() / name
    try:
        _make(path.parent)
        file = _open(path)
        try:
            os.pwrite(file, content, 0)
            os.ftruncate(file, len(content))
            os.fsync(file)
        finally:
            os.close(file)
        _sync(path.parent)
    except OSError as error:
        raise RigError(
            f"{path} cannot be written ({error.strerror}): it says what is on; make it writable for all users"
        ) from error
    return path


def read_shared(name: str) -> bytes | None:
    """What a file holds; None when it is missing or empty.

    Raises:
        RigError: it is there and cannot be read.
    """
    path = state_folder() / name
    try:
        return path.read_bytes() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RigError(f"{path} cannot be read ({error.strerror}): make it readable for all users") from error


def read_struct(name: str, kind: type[T]) -> T | None:
    """What a file holds as a structure; None when it is missing, empty, or cannot be understood.

    Raises:
        RigError: it is there and cannot be read.
    """
    text = read_shared(name)
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError:
        return None


def clear_shared(name: str) -> None:
    """Remove a file, or empty that of somebody else, which nobody but its owner may remove.

    Raises:
        RigError: neither can be done.
    """
    path = state_folder() / name
    try:
        path.unlink(missing_ok=True)
    except OSError:
        try:
            os.truncate(path, 0)
        except OSError as error:
            raise RigError(
                f"{path} cannot be removed ({error.strerror}): make it writable for all users"
            ) from error
    with suppress(OSError):
        _sync(path.parent)


def _make(folder: Path) -> None:
    with suppress(FileExistsError):
        folder.mkdir(parents=True)
        # Sticky and open to all, as the folder above it is; chmod, because mkdir obeys the umask.
        folder.chmod(0o1777)


def _open(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    # Opened without O_CREAT first: in a sticky folder Linux refuses O_CREAT on another user's file.
    try:
        return os.open(path, flags)
    except FileNotFoundError:
        file = os.open(path, flags | os.O_CREAT, 0o666)
        with suppress(PermissionError):
            os.fchmod(file, 0o666)
        return file


def _sync(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)
