"""The generated encoder of one message.

It handles the ordinary case and hands everything else (a value out of range, a missing key, a float in a
flag, a value table entry) to ``careful``, which is cantools. So the fast path never has to decide what an
unusual value means; it only has to notice that it is unusual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bmshil.dialects.source import compile_function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bmshil.dialects.layout import MessageLayout, SignalLayout

EXACT_BITS = 53  # counts of at most this width are exact as floats


def compile_encoder(
    layout: MessageLayout,
    inputs: Mapping[str, str],
    careful: Callable[[Any], bytes],
    *,
    setup: Sequence[str] = (),
    names: Mapping[str, object] | None = None,
) -> Callable[[Any], bytes]:
    """Compile ``encode(source) -> bytes``.

    Args:
        layout: the message.
        inputs: for each signal the Python expression of its physical value; it may use ``source``.
        careful: encodes what the fast path does not, or raises.
        setup: statements that run first; they may use ``source`` and ``careful``.
        names: further names that setup and expressions use.
    """
    lines = list(setup)
    flags: dict[int, list[str]] = {}
    parts: dict[bool, list[str]] = {False: [], True: []}
    for index, signal in enumerate(layout.signals):
        variable = f"x{index}"
        lines.append(f"{variable} = {inputs[signal.name]}")
        if _whole_range_is_allowed(signal) and signal.is_count and not signal.signed and signal.bits <= 8:
            # Small counts are used as they are; one test per width finds negative and too large ones.
            flags.setdefault(signal.bits, []).append(variable)
            raw = variable
        else:
            lines += _checked(signal, variable)
            raw = f"({variable} & {signal.mask})" if signal.signed else variable
        parts[signal.big_endian].append(f"{raw} << {signal.shift}" if signal.shift else raw)
    for bits, variables in flags.items():
        lines.append(f"if ({' | '.join(variables)}) >> {bits}: return careful(source)")
    lines.append(f"return {_joined(layout.length, parts[False], parts[True])}")
    body = "\n".join(f"        {line}" for line in lines)
    text = (
        "def encode(source):\n    try:\n"
        f"{body}\n"
        "    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError):\n"
        "        return careful(source)\n"
    )
    encode: Callable[[Any], bytes] = compile_function(
        text, "encode", layout.name, {"careful": careful, **(names or {})}
    )
    return encode


def _whole_range_is_allowed(signal: SignalLayout) -> bool:
    return (signal.lowest is None or signal.lowest <= signal.lowest_raw) and (
        signal.highest is None or signal.highest >= signal.highest_raw
    )


def _checked(signal: SignalLayout, variable: str) -> list[str]:
    """Check the range as cantools does, then turn the physical value into a count as cantools does."""
    if signal.bits > EXACT_BITS and not signal.is_count:
        return ["return careful(source)"]  # cantools keeps more digits than a float has
    lines = []
    if signal.lowest is not None and signal.highest is not None:
        lines.append(f"if not {signal.lowest!r} <= {variable} <= {signal.highest!r}: return careful(source)")
    elif signal.lowest is not None:
        lines.append(f"if not {signal.lowest!r} <= {variable}: return careful(source)")
    elif signal.highest is not None:
        lines.append(f"if not {variable} <= {signal.highest!r}: return careful(source)")
    lines.append(f"{variable} = {_count(signal, variable)}")
    if not _range_fits(signal):
        lines.append(
            f"if not {signal.lowest_raw} <= {variable} <= {signal.highest_raw}: return careful(source)"
        )
    return lines


def _count(signal: SignalLayout, variable: str) -> str:
    shifted = f"({variable} - {signal.offset!r})" if signal.offset else variable
    return f"round({shifted})" if signal.scale == 1 else f"round({shifted} / {signal.scale!r})"


def _range_fits(signal: SignalLayout) -> bool:
    """Both ends of the range fit the bits; then everything between does, for rounding is monotonic."""
    if signal.lowest is None or signal.highest is None:
        return False
    return all(
        signal.lowest_raw <= round((end - signal.offset) / signal.scale) <= signal.highest_raw
        for end in (signal.lowest, signal.highest)
    )


def _joined(length: int, little: list[str], big: list[str]) -> str:
    """Join the parts of both byte orders into one bytes expression."""
    if not little and not big:
        return repr(bytes(length))
    if not big:
        return f"({' | '.join(little)}).to_bytes({length}, 'little')"
    if not little:
        return f"({' | '.join(big)}).to_bytes({length}, 'big')"
    turned = f"int.from_bytes(({' | '.join(little)}).to_bytes({length}, 'little'), 'big')"
    return f"({turned} | {' | '.join(big)}).to_bytes({length}, 'big')"
