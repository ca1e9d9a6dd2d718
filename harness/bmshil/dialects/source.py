"""From generated Python source to a function: straight lines without loops are what makes a codec fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def compile_function(text: str, function: str, message: str, names: Mapping[str, object]) -> Any:  # noqa: ANN401 - exec has no type
    """Run generated source and return the function that it defines.

    Args:
        text: the source.
        function: name of the function in it.
        message: shown in tracebacks.
        names: what the source may use.
    """
    space: dict[str, Any] = dict(names)
    exec(compile(text, f"<{function} {message}>", "exec"), space)  # noqa: S102 - our own source, made from a DBC
    return space[function]
