"""How one signal stands for something in a report: the pieces from which a dialect is declared.

Each piece knows both directions: the Python expression that takes the signal's value from a report, and how a
received value goes back into the fields of a report. Layout is not their business: that is in the DBC.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from bmshil.dialects.report import NO_ALARM, Alarm
from bmshil.errors import CodecError

NAME_LENGTH = 8
CLEARED = 2  # the pair of bits that says: this condition has gone away


class Piece(Protocol):
    """What one signal stands for."""

    def setup(self) -> tuple[str, ...]:
        """Return statements that several pieces of a message share; ``source`` is the report."""

    def expression(self) -> str:
        """Return the Python expression of the signal's physical value."""

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Put a received value into the fields of a report."""


@dataclass(frozen=True)
class Number:
    """A number of the report, in the unit of the report times ``factor``."""

    field: str
    factor: float = 1.0

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Take the number from the report."""
        return f"source.{self.field}" if self.factor == 1 else f"source.{self.field} * {self.factor!r}"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number."""
        fields[self.field] = value / self.factor


@dataclass(frozen=True)
class Count:
    """A whole number of the report."""

    field: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Take the number from the report."""
        return f"source.{self.field}"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number."""
        fields[self.field] = int(value)


@dataclass(frozen=True)
class Finer:
    """A second, finer statement of a percentage, which this dialect leaves at 0: not used.

    When received it replaces the coarse one, unless it is 0 (not used) or above 100 (not available).
    """

    field: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Send what real batteries send: not used."""
        return "0"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number, if it is one."""
        if 0 < value <= 100:
            fields[self.field] = value / 100


@dataclass(frozen=True)
class Fine:
    """A second, finer statement of a percentage that is sent, and replaces the coarse one when received.

    Source: HiResSOC of SMA FSS-ConnectingBat-TI-en-10; a value above 100 % (0xFFFF: invalid) is none.
    """

    field: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Take the percentage from the report."""
        return f"source.{self.field} * 100.0"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the number, if it is one."""
        if value <= 100:
            fields[self.field] = value / 100


@dataclass(frozen=True)
class Switch:
    """A yes or no of the report."""

    field: str

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Take the switch from the report."""
        return f"source.{self.field}"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Set the switch."""
        fields[self.field] = bool(value)


@dataclass(frozen=True)
class Bit:
    """One bit for one condition: set while it lasts."""

    field: str
    condition: Alarm

    def setup(self) -> tuple[str, ...]:
        """Read the conditions as an integer once, because arithmetic on flags is slow."""
        return (f"{self.field} = source.{self.field}._value_",)

    def expression(self) -> str:
        """Test the bit."""
        return f"{self.field} >> {_position(self.condition)} & 1"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Add the condition; a bit that is not set still shows that conditions are reported."""
        _add(fields, self.field, self.condition if value else None)


@dataclass(frozen=True)
class Pair:
    """Two bits for one condition: 1 while it lasts, 2 once it has gone away, 0 when it never was.

    Source: SMA FSS-ConnectingBat-TI-en-10 (arrives, leaves); a capture of a healthy US5000 shows 0.
    """

    field: str
    condition: Alarm

    def setup(self) -> tuple[str, ...]:
        """Read the conditions as integers once, because arithmetic on flags is slow."""
        return (f"{self.field} = source.{self.field}._value_", "cleared = source.cleared._value_")

    def expression(self) -> str:
        """Raised wins over cleared."""
        position = _position(self.condition)
        return f"{self.field} >> {position} & 1 or (cleared >> {position} & 1) << 1"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Add the condition where it belongs."""
        for field, code in ((self.field, 1), ("cleared", CLEARED)):
            _add(fields, field, self.condition if value == code else None)


@dataclass(frozen=True)
class RaisedOrGone:
    """Two bits for one condition: 1 (arrives) while it lasts, else 2 (leaves), so that nothing stays raised.

    Source: SMA FSS-ConnectingBat-TI-en-10; BYD LVS captures send 2 for everything that is well.
    """

    field: str
    condition: Alarm

    def setup(self) -> tuple[str, ...]:
        """Read the conditions as an integer once, because arithmetic on flags is slow."""
        return (f"{self.field} = source.{self.field}._value_",)

    def expression(self) -> str:
        """Turn 0 and 1 into 2 and 1."""
        return f"2 - ({self.field} >> {_position(self.condition)} & 1)"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Add the condition while it arrives; anything else does not raise it."""
        _add(fields, self.field, self.condition if value == 1 else None)


@dataclass(frozen=True)
class Letter:
    """One character of a text, left aligned and filled with spaces, or with ``fill``."""

    field: str
    index: int
    fill: bytes = b" "

    def setup(self) -> tuple[str, ...]:
        """Turn the text into bytes once."""
        return (f"{self.field} = letters(source.{self.field}, {self.fill!r})",)

    def expression(self) -> str:
        """Take the character."""
        return f"{self.field}[{self.index}]"

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Append the character as it is; :func:`unpadded` makes the text of it."""
        fields[self.field] = fields.get(self.field, "") + chr(int(value))


@dataclass(frozen=True)
class Constant:
    """A value that never changes."""

    value: int

    def setup(self) -> tuple[str, ...]:
        """Need nothing."""
        return ()

    def expression(self) -> str:
        """Send the constant."""
        return repr(self.value)

    def read(self, value: float, fields: dict[str, Any]) -> None:
        """Tell the report nothing."""


@lru_cache(maxsize=64)
def letters(text: str, fill: bytes = b" ") -> bytes:
    """Return a text as eight ASCII bytes, filled up with one byte.

    Raises:
        CodecError: the text is longer or not ASCII.
    """
    if len(text) > NAME_LENGTH or not text.isascii():
        raise CodecError(f"manufacturer must be at most {NAME_LENGTH} ASCII characters, not {text!r}")
    return text.encode("ascii").ljust(NAME_LENGTH, fill)


def unpadded(text: str) -> str:
    """Return a received text without its padding: it ends at a zero byte or before its trailing spaces."""
    return text.partition("\0")[0].rstrip(" ")


def _add(fields: dict[str, Any], field: str, condition: Alarm | None) -> None:
    """Add a condition to a field, which exists from then on."""
    before = fields.setdefault(field, NO_ALARM)
    if condition is not None:
        fields[field] = before | condition


def _position(condition: Alarm) -> int:
    return condition.value.bit_length() - 1
