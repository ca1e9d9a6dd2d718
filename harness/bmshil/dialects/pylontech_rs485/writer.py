"""Values to bytes of INFO. A value that does not fit is clamped and told, never wrapped."""

from __future__ import annotations

from collections.abc import Callable
from math import isnan
from typing import Self

Tell = Callable[[str, float], object]
"""Is given the name and the value, in its unit, of what could not be carried as it is."""

KELVIN = 2731
"""Raw value of 0 degC, in 0.1 K."""


def nobody(_name: str, _value: float) -> None:
    """Tell nobody."""


class Writer:
    """Builds the bytes of one INFO, big-endian.

    A frame of this protocol has 16 bits of millivolts. Public captures show batteries that let higher
    voltages wrap around, so that 67.04 V is read as 1.504 V; here such a value is sent as 65.535 V.

    Args:
        tell: is called for each value that does not fit.
    """

    def __init__(self, tell: Tell = nobody) -> None:
        self._tell = tell
        self._out = bytearray()

    def number(
        self, name: str, value: float, size: int = 1, *, scale: float = 1, signed: bool = False
    ) -> Self:
        """Add ``value`` times ``scale`` in ``size`` bytes; NaN is sent as 0."""
        top = (1 << (8 * size - signed)) - 1
        bottom = -top - 1 if signed else 0
        wanted = value * scale
        raw = 0 if isnan(wanted) else round(min(max(wanted, bottom - 1), top + 1))
        fitting = min(max(raw, bottom), top)
        if fitting != raw or isnan(wanted):
            self._tell(name, value)
        self._out += fitting.to_bytes(size, "big", signed=signed)
        return self

    def volts(self, name: str, value: float) -> Self:
        """Add a voltage, V: two bytes, mV."""
        return self.number(name, value, 2, scale=1000)

    def amps(self, name: str, value: float) -> Self:
        """Add a current, A: two bytes, 0.1 A, with a sign."""
        return self.number(name, value, 2, scale=10, signed=True)

    def celsius(self, name: str, value: float) -> Self:
        """Add a temperature, degC: two bytes, 0.1 K. NaN, for none measured, is sent as 0."""
        if isnan(value):
            return self.raw(b"\x00\x00")
        return self.number(name, value + KELVIN / 10, 2, scale=10)

    def text(self, value: str, size: int, fill: bytes = b"\x00") -> Self:
        """Add ASCII characters, filled up or cut to ``size``; others become question marks."""
        return self.raw(value.encode("ascii", "replace")[:size].ljust(size, fill))

    def raw(self, data: bytes) -> Self:
        """Add bytes as they are."""
        self._out += data
        return self

    def done(self) -> bytes:
        """Return what was built."""
        return bytes(self._out)
