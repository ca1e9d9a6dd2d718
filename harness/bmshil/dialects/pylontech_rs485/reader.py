"""Bytes of INFO to values."""

from __future__ import annotations

from math import nan

from bmshil.dialects.pylontech_rs485.writer import KELVIN
from bmshil.errors import CodecError


class Reader:
    """Takes the bytes of one INFO apart, big-endian.

    Args:
        what: is read, for messages.
        info: bytes.
    """

    def __init__(self, what: str, info: bytes) -> None:
        self._what = what
        self._info = info
        self._at = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._info) - self._at

    def raw(self, size: int) -> bytes:
        """Read bytes as they are.

        Raises:
            CodecError: there are not that many.
        """
        if size > self.left:
            raise CodecError(
                f"Pylontech {self._what} of {len(self._info)} bytes ends in the middle: "
                f"{size} expected from byte {self._at} on"
            )
        self._at += size
        return self._info[self._at - size : self._at]

    def number(self, size: int = 1, *, signed: bool = False) -> int:
        """Read a whole number."""
        return int.from_bytes(self.raw(size), "big", signed=signed)

    def volts(self, *, signed: bool = False) -> float:
        """Read two bytes of mV, as V."""
        return self.number(2, signed=signed) / 1000

    def amps(self) -> float:
        """Read two bytes of 0.1 A with a sign, as A."""
        return self.number(2, signed=True) / 10

    def celsius(self) -> float:
        """Read two bytes of 0.1 K, as degC; raw 0 is a value that is not measured, NaN."""
        raw = self.number(2)
        return (raw - KELVIN) / 10 if raw else nan

    def text(self, size: int, fill: str = "\x00") -> str:
        """Read ASCII characters, without those that fill up at the end."""
        return self.raw(size).decode("ascii", "replace").rstrip(fill)
