"""Options of a fault as people write them: key=value, with numbers, identifiers and words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

UNITS = {"ms": 1e-3, "min": 60.0, "s": 1.0}
LARGEST_ID = 0x1FFF_FFFF


class Options:
    """Options that are taken one by one; what is left at the end was misspelt."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._left = dict(values)
        self._asked: list[str] = []

    def take(self, key: str) -> str | None:
        """Return an option's text, None when it was not given."""
        self._asked.append(key)
        return self._left.pop(key, None)

    def rest(self) -> dict[str, str]:
        """Return all options that are left, and leave none."""
        rest, self._left = self._left, {}
        return rest

    def number(self, key: str, default: float | None = None) -> float:
        """Return a number.

        Raises:
            InputError: it is missing and has no default, or is no finite number.
        """
        text = self.take(key)
        if text is not None:
            return read_number(key, text)
        if default is None:
            raise InputError(f"{key}= is missing")
        return default

    def whole(self, key: str, default: int | None = None) -> int:
        """Return a whole number; errors as ``number``."""
        text = self.take(key)
        if text is not None:
            return read_whole(key, text)
        if default is None:
            raise InputError(f"{key}= is missing")
        return default

    def ids(self) -> tuple[int, ...]:
        """Return the identifiers of ``ids=`` or ``id=``, sorted; empty when none were given."""
        many, one = self.take("ids"), self.take("id")
        if many is not None and one is not None:
            raise InputError("give ids= or id=, not both")
        text = many if many is not None else one
        return () if text is None else read_ids(text)

    def finish(self) -> None:
        """Refuse what nobody asked for.

        Raises:
            InputError: options that do not exist, with those that do.
        """
        if self._left:
            known = f"known are {', '.join(self._asked)}" if self._asked else "it takes none"
            raise InputError(f"unknown option {', '.join(map(repr, self._left))}, {known}")


def read_number(key: str, text: str) -> float:
    """Read a finite number; ``60%`` is 0.6.

    Raises:
        InputError: it is none.
    """
    try:
        value = float(text.removesuffix("%"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{key}={text} is no number")
    return value / 100 if text.endswith("%") else value


def read_whole(key: str, text: str) -> int:
    """Read a whole number, decimal or 0x.

    Raises:
        InputError: it is none.
    """
    try:
        return int(text, 0)
    except ValueError:
        raise InputError(f"{key}={text} is no whole number") from None


def read_ids(text: str) -> tuple[int, ...]:
    """Read identifiers with commas between them.

    Raises:
        InputError: one of them is no identifier.
    """
    found = {read_whole("ids", part) for part in text.split(",")}
    for identifier in found:
        if not 0 <= identifier <= LARGEST_ID:
            raise InputError(f"ids={text}: identifiers lie between 0 and 0x1FFFFFFF")
    return tuple(sorted(found))


def read_seconds(text: str) -> float:
    """Read a time such as 10s, 500ms or 2min.

    Raises:
        InputError: it is none, or negative.
    """
    for unit, factor in UNITS.items():
        if text.endswith(unit):
            seconds = read_number("time", text.removesuffix(unit)) * factor
            if seconds >= 0 and not text.removesuffix(unit).endswith("%"):
                return seconds
            break
    raise InputError(f"{text!r} is no time, write 10s, 500ms or 2min")


def write_number(value: float) -> str:
    """Write a number so that it reads back the same."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def write_ids(ids: tuple[int, ...]) -> str:
    """Write identifiers as 0x351,0x355."""
    return ",".join(f"0x{identifier:X}" for identifier in ids)
