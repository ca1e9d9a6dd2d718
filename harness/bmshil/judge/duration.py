"""How long a requirement takes on the bench, from what the device declares."""

from __future__ import annotations

import ast
import math
import operator
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}

_ADVICE = "add numbers and declared times, e.g. 'timeouts.all + 60'"

LONGEST_SHOWN = 60
"""A longer text is cut in a message, so that the message stays one line to read."""


def planned_duration(text: str, declared: Mapping[str, float]) -> float:
    """Work out a requirement's duration, s.

    Args:
        text: numbers and declared times, added, subtracted and multiplied, e.g. ``"timeouts.all + 60"``.
        declared: declared times by dotted name, s.

    Raises:
        InputError: the text is no such sum, or names a time that the device does not declare.
    """
    try:
        seconds = float(_value(ast.parse(text, mode="eval").body, declared))
    # Python refuses what is nested too deep, too long, or holds a null byte, each in its own way.
    except (
        SyntaxError,
        LookupError,
        TypeError,
        ValueError,
        ArithmeticError,
        RecursionError,
        MemoryError,
    ) as error:
        raise InputError(f"duration {_excerpt(text)} cannot be worked out: {_ADVICE}") from error
    if not 0 <= seconds < math.inf:
        raise InputError(f"duration {_excerpt(text)} gives {seconds:g} s: {_ADVICE}")
    return seconds


def _value(node: ast.expr, declared: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        if isinstance(node.value, bool):
            raise TypeError("a fact is no time")
        return float(node.value)
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, declared), _value(node.right, declared))
    return declared[ast.unparse(node)]


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")
