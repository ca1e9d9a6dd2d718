"""Writing files and making folders that a user has named."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Write one file, as :func:`write_texts` does."""
    write_texts({path: text})


def write_texts(texts: Mapping[Path, str]) -> None:
    """Write files: each beside its place first, and only when all are written into their places.

    Whoever reads finds the old or the new file, never half; where one cannot be written none is new. A
    folder is made when missing. What is a device or a pipe is written as it is.

    Args:
        texts: contents by path.

    Raises:
        InputError: one cannot be written.
    """
    drafts: dict[Path, Path] = {}
    path = next(iter(texts))
    try:
        for path, text in texts.items():
            target = path.resolve()
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target.open("r+b").close()  # a folder, or protected against writing
            if target.exists() and not target.is_file():
                target.write_text(text, encoding="utf-8")
                continue
            drafts[target] = target.with_name(f"{target.name}.new")
            drafts[target].write_text(text, encoding="utf-8")
        for path, draft in drafts.items():
            os.replace(draft, path)  # noqa: PTH105 - the atomicity is what matters, and it is named here
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); name another file") from error
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink()


def make_folder(option: str, path: Path) -> None:
    """Make a folder, and those above it; one that is there already is taken as it is.

    Raises:
        InputError: it cannot be made; names the option.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{option} {path}: cannot be made: {error.strerror}; name another folder") from error
