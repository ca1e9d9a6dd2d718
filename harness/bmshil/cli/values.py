"""Values as people write them on the command line."""

from __future__ import annotations

import math

from bmshil.errors import InputError

_UNITS = {"ms": 1e-3, "min": 60.0, "h": 3600.0, "s": 1.0}


def seconds(option: str, text: str) -> float:
    """Read a time above 0: 90, 90s, 500ms, 2min or 1h.

    Raises:
        InputError: it is none; names the option.
    """
    unit = next((one for one in _UNITS if text.endswith(one)), "")
    value = _number(text.removesuffix(unit)) * _UNITS.get(unit, 1.0)
    if not 0.0 < value < math.inf:
        raise InputError(f"{option} {text}: write a time above 0, such as 90, 90s, 2min or 1h")
    return value


def fraction(option: str, text: str) -> float:
    """Read a state of charge: 0.6 or 60%.

    Raises:
        InputError: it is none, or not between 0 and 1; names the option.
    """
    value = _number(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    if not 0.0 <= value <= 1.0:
        raise InputError(f"{option} {text}: write a fraction from 0 to 1, such as 0.6, or 60%")
    return value


def amperes(option: str, text: str) -> float:
    """Read a current, positive into the battery.

    Raises:
        InputError: it is none; names the option.
    """
    value = _number(text.removesuffix("A"))
    if not math.isfinite(value):
        raise InputError(f"{option} {text}: write a current in A, positive into the battery")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
