"""Files of which each line is one JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from bmshil.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

Line = TypeVar("Line")


def read_lines(path: Path, kind: type[Line], what: str) -> list[Line]:
    """All lines, the first one first; empty when there is no such file.

    Args:
        path: the file.
        kind: what each line is.
        what: the same for people.

    Raises:
        InputError: the file is damaged.
    """
    try:
        lines = path.read_bytes().splitlines() if path.is_file() else []
        return [msgspec.json.decode(line, type=kind) for line in lines]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: damaged: a line is no {what}; get the folder from its source again"
        ) from error
