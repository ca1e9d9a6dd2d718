"""Where values stand in a block of registers, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from bmshil.errors import CodecError

Kind = Literal["u8", "u16", "s16", "u32", "s32", "text"]
"""How a value is written; ``text`` is ASCII, filled up with zeros."""

Value = float | str | Sequence[float] | None
"""What a field carries: a number, several where it has a count, characters, or nothing."""

Tell = Callable[[str, float], object]
"""Is given the name and the value, in its unit, of what could not be carried as it is."""

_SIZES: Mapping[str, int] = {"u8": 1, "u16": 2, "s16": 2, "u32": 4, "s32": 4, "text": 1}


def nobody(_name: str, _value: float) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Field:
    """One value, or several of a kind in a row.

    Attributes:
        name: under which values are given and returned.
        at: first byte, counted from the start of the block.
        kind: how it is written.
        scale: physical value = raw value x scale + bias.
        bias: see there.
        count: how many stand in a row; characters of a text.
        unknown: raw value of what is not given.
    """

    name: str
    at: int
    kind: Kind
    scale: float = 1.0
    bias: float = 0.0
    count: int = 1
    unknown: int = 0

    @property
    def size(self) -> int:
        """Bytes of one value."""
        return _SIZES[self.kind]

    @property
    def end(self) -> int:
        """Byte behind it."""
        return self.at + self.size * self.count

    def raw(self, value: float | None, tell: Tell) -> int:
        """Return the number on the wire; what does not fit is clamped and told, never wrapped."""
        signed = self.kind in {"s16", "s32"}
        top = (1 << 8 * self.size - signed) - 1
        bottom = -top - 1 if signed else 0
        if value is None or not isfinite(value):
            return self.unknown
        wanted = round((value - self.bias) / self.scale)
        fitting = min(max(wanted, bottom), top)
        if fitting != wanted:
            tell(self.name, value)
        return fitting


class Layout:
    """The fields of one block, which become bytes and are read from bytes.

    Args:
        size: of the block, bytes.
        fields: in any order; what no field covers is zero.

    Attributes:
        size, fields: as given.

    Raises:
        CodecError: a field that reaches beyond the block, or two that overlap.
    """

    def __init__(self, size: int, *fields: Field) -> None:
        self.size = size
        self.fields = fields
        behind = 0
        for field in sorted(fields, key=lambda field: field.at):
            if field.at < behind or field.end > size:
                raise CodecError(f"field {field.name} at byte {field.at} overlaps another or the end")
            behind = field.end

    def encode(
        self,
        values: Mapping[str, Value],
        order: Literal["big", "little"] = "big",
        tell: Tell = nobody,
    ) -> bytes:
        """Return the bytes of the block, high byte first unless told otherwise; a byte alone knows no order.

        Args:
            values: by the names of the fields; those that are absent are written as unknown.
            order: of the bytes of one number.
            tell: is called for each number that does not fit.

        Raises:
            CodecError: more values than a field has room for.
        """
        out = bytearray(self.size)
        for field in self.fields:
            value = values.get(field.name)
            if field.kind == "text":
                text = value if isinstance(value, str) else ""
                out[field.at : field.end] = _characters(field, text)
                continue
            row = _row(field, value)
            signed = field.kind in {"s16", "s32"}
            for index, one in enumerate(row):
                raw = field.raw(one, tell)
                # What is unknown may be written as a bit pattern that no signed number has.
                bits = raw & ((1 << 8 * field.size) - 1) if signed else raw
                place = field.at + index * field.size
                out[place : place + field.size] = bits.to_bytes(field.size, order)
        return bytes(out)

    def decode(self, data: bytes, order: Literal["big", "little"] = "big") -> dict[str, Value]:
        """Return the values of a block; fields that reach beyond the data are absent.

        Fields with a count give a tuple.
        """
        values: dict[str, Value] = {}
        for field in self.fields:
            if field.end > len(data):
                continue
            part = data[field.at : field.end]
            if field.kind == "text":
                values[field.name] = part.rstrip(b"\x00 ").decode("ascii", "replace")
                continue
            signed = field.kind in {"s16", "s32"}
            row = tuple(
                int.from_bytes(part[start : start + field.size], order, signed=signed) * field.scale
                + field.bias
                for start in range(0, len(part), field.size)
            )
            values[field.name] = row if field.count > 1 else row[0]
        return values


def _row(field: Field, value: Value) -> list[float | None]:
    if value is None or isinstance(value, str):
        row: list[float | None] = []
    else:
        row = [*value] if isinstance(value, Sequence) else [value]
    if len(row) > field.count:
        raise CodecError(f"field {field.name}: {len(row)} values, but there is room for {field.count}")
    return row + [None] * (field.count - len(row))


def _characters(field: Field, text: str) -> bytes:
    return text.encode("ascii", "replace")[: field.count].ljust(field.count, b"\x00")
