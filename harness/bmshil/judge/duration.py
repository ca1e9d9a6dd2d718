"""How long a requirement takes on the bench, from what the device declares."""

from __future__ import annotations

import ast
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


def planned_duration(text: str, declared: Mapping[str, float]) -> float:
    """Work out a requirement's duration, s.

    Args:
        text: numbers and declared times, added, subtracted and multiplied, e.g. ``"timeouts.all + 60"``.
        declared: declared times by dotted name, s.

    Raises:
        InputError: the text is no such sum, or names a time that the device does not declare.
    """
    try:
        return _value(ast.parse(text, mode="eval").body, declared)
    except (SyntaxError, KeyError, TypeError) as error:
        raise InputError(
            f"duration {text!r} cannot be worked out: add numbers and declared times, e.g. 'timeouts.all + 60'"
        ) from error


def _value(node: ast.expr, declared: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, declared), _value(node.right, declared))
    return declared[ast.unparse(node)]
