"""The generated decoder of one message, for one frame at a time."""

from __future__ import annotations

from struct import Struct, calcsize
from typing import TYPE_CHECKING

from bmshil.dialects.source import compile_function

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bmshil.dialects.layout import MessageLayout, SignalLayout

WHOLE = {16: "H", 32: "I", 64: "Q"}  # widths beyond a byte that struct reads in one go


def compile_decoder(
    layout: MessageLayout, signals: Sequence[SignalLayout], other_length: Callable[[bytes], dict[str, float]]
) -> Callable[[bytes], dict[str, float]]:
    """Compile ``decode(data) -> {signal: physical value}``.

    Args:
        layout: the message.
        signals: those of its signals that the decoder returns.
        other_length: takes data whose length is not that of the message.
    """
    fields = _fields(signals)
    lines = [f"if len(data) != {layout.length}: return other_length(data)"]
    names: dict[str, object] = {"other_length": other_length}
    if fields:
        lines.append(f"{''.join(f'b{start}, ' for start in fields)} = unpack(data)")
        names["unpack"] = Struct(_format(fields, layout.length)).unpack
        items = [f"{signal.name!r}: {_physical(signal, *_in_field(signal))}" for signal in signals]
    else:
        orders = dict.fromkeys("big" if signal.big_endian else "little" for signal in signals)
        lines += [f"{order} = int.from_bytes(data, {order!r})" for order in orders]
        items = [f"{signal.name!r}: {_physical(signal, *_in_word(signal))}" for signal in signals]
    lines.append(f"return {{{', '.join(items)}}}")
    text = "def decode(data):\n" + "\n".join(f"    {line}" for line in lines) + "\n"
    decode: Callable[[bytes], dict[str, float]] = compile_function(text, "decode", layout.name, names)
    return decode


def _fields(signals: Sequence[SignalLayout]) -> dict[int, str]:
    """Cut a message into little-endian fields that ``struct`` knows: first byte to format.

    Empty when a signal has another byte order or crosses a byte: then the message is read as one number.
    """
    fields: dict[int, str] = {}
    for signal in signals:
        start, place = divmod(signal.shift, 8)
        if signal.big_endian or (place + signal.bits > 8 and (place or signal.bits not in WHOLE)):
            return {}
        code = WHOLE[signal.bits] if signal.bits > 8 else "B"
        code = code.lower() if signal.signed and signal.bits > 8 else code
        if fields.setdefault(start, code) != code:
            return {}
    # Overlapping signals are legal in a DBC that nobody checks; one number serves them, fields do not.
    covered = [start + index for start, code in fields.items() for index in range(calcsize("<" + code))]
    return dict(sorted(fields.items())) if len(covered) == len(set(covered)) else {}


def _format(fields: Mapping[int, str], length: int) -> str:
    text, position = "<", 0
    for start, code in fields.items():
        text += "x" * (start - position) + code
        position = start + calcsize("<" + code)
    return text + "x" * (length - position)


def _in_field(signal: SignalLayout) -> tuple[str, bool]:
    """Return the count of a signal in its field, and whether the field has taken care of the sign."""
    start, place = divmod(signal.shift, 8)
    if signal.bits > 8 or (signal.bits == 8 and not signal.signed):
        return f"b{start}", True
    return (f"b{start} >> {place} & {signal.mask}" if place else f"b{start} & {signal.mask}"), False


def _in_word(signal: SignalLayout) -> tuple[str, bool]:
    word = "big" if signal.big_endian else "little"
    return (f"{word} >> {signal.shift} & {signal.mask}" if signal.shift else f"{word} & {signal.mask}"), False


def _physical(signal: SignalLayout, raw: str, sign_is_done: bool) -> str:
    if signal.signed and not sign_is_done:
        sign = 1 << (signal.bits - 1)
        raw = f"({raw} ^ {sign}) - {sign}"
    if signal.is_count:
        return raw
    scaled = f"({raw}) * {signal.scale!r}"
    # A negative scale makes -0.0 of count 0; adding the offset turns it into 0.0, as in cantools.
    return f"{scaled} + {signal.offset!r}" if signal.offset or signal.scale < 0 else scaled
