"""An error as one line that can be read at a glance: lists that are too long for it are cut."""

from __future__ import annotations

import re

LONGEST = 200
"""Characters that such a line should not exceed."""

FEWEST = 3
"""So many items of a list remain, however long the line is."""

_LIST = re.compile(r"(?:[^\s,;:][^,;:]{0,39}, ){5,}[^\s,;:][^,;:]{0,39}")


def one_line(error: BaseException) -> str:
    """What an error says, on one line; items of long lists that do not fit are counted."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    said = " ".join(str(error).split()) or type(error).__name__
    found = max(_LIST.finditer(said), key=lambda one: len(one[0]), default=None)
    if len(said) <= LONGEST or found is None:
        return said
    items = found[0].split(", ")
    shown, more = len(items), ""
    while shown > FEWEST and len(said) - len(found[0]) + len(", ".join(items[:shown]) + more) > LONGEST:
        shown -= 1
        more = f" and {len(items) - shown} more"
    return said[: found.start()] + ", ".join(items[:shown]) + more + said[found.end() :]
