"""Fields of a report as text: numbers, switches, conditions and words."""

from __future__ import annotations

from dataclasses import fields
from typing import get_type_hints

from bmshil.bms.faults.text import read_number, read_whole, write_number
from bmshil.dialects import Alarm, Report
from bmshil.errors import InputError

Value = float | int | bool | str | Alarm
"""What a field of a report can hold."""

_HINTS = {field.name: get_type_hints(Report)[field.name] for field in fields(Report)}

TYPES: dict[str, type] = {name: float if hint == float | None else hint for name, hint in _HINTS.items()}
"""Type of each field, in the order of the report; one that may be missing has the type of its value."""

NUMBERS = tuple(name for name, hint in _HINTS.items() if hint in (float, int))
"""Fields that can be scaled: numbers that are never missing."""

SWITCHES = {"on": True, "off": False, "true": True, "false": False, "1": True, "0": False}


def read_field(name: str, text: str) -> Value:
    """Read the value of a field as a person wrote it.

    Raises:
        InputError: the report has no such field, or the text does not fit it.
    """
    kind = known_field(name)
    if kind is bool:
        if text.lower() not in SWITCHES:
            raise InputError(f"{name}={text} is neither on nor off")
        return SWITCHES[text.lower()]
    if kind is Alarm:
        return _conditions(name, text)
    if kind is int:
        return read_whole(name, text)
    return text if kind is str else read_number(name, text)


def write_field(value: Value) -> str:
    """Write the value of a field so that it reads back the same."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, Alarm):
        return "+".join(str(condition.name).lower() for condition in value) or "none"
    return write_number(value) if isinstance(value, float) else str(value)


def fitting(name: str, value: Value) -> Value:
    """Return a value in the type of its field.

    Raises:
        InputError: the report has no such field, or the value has another type.
    """
    kind = known_field(name)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputError(f"{name} takes {kind.__name__}, not {value!r}")
    return value


def known_field(name: str) -> type:
    """Return the type of a field.

    Raises:
        InputError: the report has no such field.
    """
    if name not in TYPES:
        raise InputError(f"a report has no {name!r}, it has {', '.join(TYPES)}")
    return TYPES[name]


def _conditions(name: str, text: str) -> Alarm:
    found = Alarm(0)
    for word in text.lower().split("+"):
        if word == "none":
            continue
        if word.upper() not in Alarm.__members__:
            known = ", ".join(member.lower() for member in Alarm.__members__)
            raise InputError(f"{name}={text}: no condition {word!r}, known are none, {known}")
        found |= Alarm[word.upper()]
    return found
