"""The expression of -k, read before anything is opened: pytest refuses it only with the rig switched on."""

from __future__ import annotations

import ast
import re

from bmshil.errors import InputError

_OPERATORS = ("and", "or", "not", "(", ")")
_NAME = re.compile(r"[\w:+\-.\[\]\\/]+")
_GRAMMAR = (ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Constant)


def check_selection(only: str | None) -> None:
    """Look whether an expression is one that pytest reads: names with and, or, not and parentheses.

    Raises:
        InputError: it is none.
    """
    if only is None:
        return
    words = re.findall(r"[()]|[^\s()]+", only)
    plain = " ".join(word if word in _OPERATORS else "True" for word in words)
    try:
        known = all(isinstance(node, _GRAMMAR) for node in ast.walk(ast.parse(plain, mode="eval")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        known = False
    if not known or not all(word in _OPERATORS or _NAME.fullmatch(word) for word in words):
        raise InputError(f"-k {only!r}: write names with and, or, not between them, e.g. 'LIM-04 or AGG'")
