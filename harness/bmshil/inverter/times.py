"""The numbers that a device declares, by name: what planned durations are worked out from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from bmshil.inverter.declares import Declares


def declared_times(declares: Declares) -> dict[str, float]:
    """Every number that a profile declares, by dotted name; a time-out that is not declared counts 0."""
    found: dict[str, float] = {}

    def walk(part: object, path: str) -> None:
        if isinstance(part, msgspec.Struct):
            for name in part.__struct_fields__:
                walk(getattr(part, name), f"{path}.{name}" if path else name)
        elif isinstance(part, int | float):
            found[path] = float(part)
        elif part is None:
            found[path] = 0.0

    walk(declares, "")
    return found
