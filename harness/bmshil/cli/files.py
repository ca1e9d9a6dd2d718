"""Writing files and making folders that a user has named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write a file; its folder is made when missing.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name another file") from error


def make_folder(option: str, path: Path) -> None:
    """Make a folder, and those above it; one that is there already is taken as it is.

    Raises:
        InputError: it cannot be made; names the option.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{option} {path}: cannot be made: {error.strerror}; name another folder") from error
