"""A number out of what an instrument answers: units stripped, "no reading" told apart."""

from __future__ import annotations

import re

NO_READING = 9e36
"""At or above this an answer is no value: SCPI-99 volume 1 section 7.2 writes 9.9E37 and 9.91E37."""

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-z%µΩ]*)\s*")

_UNITS = ("V", "A", "W", "OHM", "Ω", "S", "VA", "WH", "AH", "HZ")
_PREFIXES = {"": 1.0, "u": 1e-6, "µ": 1e-6, "m": 1e-3, "k": 1e3, "K": 1e3}
_SCALES = {prefix + unit: scale for prefix, scale in _PREFIXES.items() for unit in _UNITS} | {
    "": 1.0,
    "%": 0.01,
    "MOHM": 1e6,
    "MΩ": 1e6,
}


def parse_reading(text: str) -> float | None:
    """Read a number that may carry a unit.

    Args:
        text: one answer, e.g. "-3.2", "43.50V", "250 mA", "9.9E37".

    Returns:
        The value in the unit without prefix; None for an over-range or missing reading.

    Raises:
        ValueError: not a number, or a unit that is not understood.

    Source: Aim-TTi LD400P and EA PSB 10000 answer with units; Keysight 34461A answers 9.9E37 on overload.
    """
    try:
        value = float(text)
    except ValueError:
        value = _with_unit(text)
    return value if -NO_READING < value < NO_READING else None


def parse_switch(text: str) -> bool:
    """Read the state of a switch: 1, 0, ON or OFF.

    Raises:
        ValueError: anything else.
    """
    state = text.strip().upper()
    if state in {"1", "+1", "ON"}:
        return True
    if state in {"0", "+0", "OFF"}:
        return False
    raise ValueError(f"answered {text!r}, which is neither on nor off")


def _with_unit(text: str) -> float:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise ValueError(f"answered {text!r}, which is not a number")
    number, unit = match.groups()
    scale = _SCALES.get(unit, _SCALES.get(unit[:1] + unit[1:].upper()))
    if scale is None:
        raise ValueError(f"answered {text!r}, whose unit {unit!r} is not understood")
    return float(number) * scale
