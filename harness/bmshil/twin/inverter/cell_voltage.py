"""A charge voltage that the device works out of the cells, instead of the CVL that it is told.

Source: victronenergy/dbus-systemcalc-py 9730db0, dvcc.py, product 0xB009: a Venus GX does so for what it
takes for a Pylontech of 15 cells, so that all of them come to 3.52 V and none beyond.
"""

from collections.abc import Sequence

from bmshil.timeline import Nanoseconds, to_ns
from bmshil.twin.inverter.frames import Cells
from bmshil.twin.inverter.memory import Pack

# A CVL below is that of a battery of 24 V, one above that of 16 cells: both are taken as they are.
_LOWEST, _HIGHEST = 30.0, 54.0
_CELLS, _FULL = 16, 3.52
_FLOOR, _CEILING = 47.0, 52.8
_WITHOUT_CELLS = 52.4
_BEGINS_AT = 52.5
_FRESH_SHARE = 0.05
_EVERY = to_ns(3.0)


def wanted(volts: float, cells: Cells) -> float:
    """Return the voltage at which the highest cell is full, were all to rise together, V."""
    spread = max(0.0, cells.high - cells.low)
    lean = min(0.5, max(-0.5, (volts / 15 - spread / 2) / spread)) if spread else 0.0
    return min(_CEILING, max(_FLOOR, volts + _CELLS * (_FULL - cells.high) - lean * spread))


class CellVoltage:
    """Follows what the cells want, slowly: one twentieth of the way every 3 s.

    Args:
        on: whether the device does so at all.
    """

    def __init__(self, *, on: bool) -> None:
        self._on = on
        self.reset()

    def reset(self) -> None:
        """Begin anew, as after a start."""
        self._at = _BEGINS_AT
        self._next = -1

    def bend(self, cvl: float, packs: Sequence[Pack], now: Nanoseconds) -> float:
        """Return the voltage that it charges to when it is told a CVL, V."""
        if not self._on or not _LOWEST <= cvl <= _HIGHEST:
            return cvl
        first = packs[0]
        if first.cells is None or first.measured is None:
            return min(cvl, _WITHOUT_CELLS)
        if now >= self._next:
            self._next = now + _EVERY
            self._at += _FRESH_SHARE * (wanted(first.measured.voltage, first.cells) - self._at)
        return self._at
