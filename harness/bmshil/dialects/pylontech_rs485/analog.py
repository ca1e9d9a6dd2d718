"""0x42, analog values of one pack or of all: cells, temperatures, current, capacity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport

SMALL = 65.0
"""Ah that 16 bits of mAh hold; above it stands in three bytes further back."""

ELSEWHERE = 0xFFFF


@dataclass(frozen=True, slots=True)
class PackAnalog:
    """One pack.

    Attributes:
        cells: V, the first cell first.
        temperatures: degC; first the BMS board, then the sensors at the cells; NaN where none is measured.
        current: A, positive into the battery.
        voltage: of the module, V.
        remaining: Ah.
        total: capacity, Ah.
        cycles: full cycles.
        long: whether the capacities stand in three bytes each. Batteries in a stack with larger ones do so
            too, so it is not a question of the capacity alone.
    """

    cells: tuple[float, ...]
    temperatures: tuple[float, ...]
    current: float
    voltage: float
    remaining: float
    total: float
    cycles: int
    long: bool = False

    @classmethod
    def of(cls, pack: PackData) -> Self:
        """Take what this command carries out of everything that is known of a pack."""
        report = pack.report
        return cls(
            pack.cells,
            pack.temperatures,
            report.current,
            report.voltage,
            pack.remaining,
            report.capacity,
            pack.cycles,
            max(report.capacity, pack.remaining) > SMALL,
        )

    @property
    def report(self) -> PartialReport:
        """What it says in the words of a report; the temperature is the mean of the cells' sensors."""
        said: PartialReport = {"voltage": self.voltage, "current": self.current, "capacity": self.total}
        if self.total > 0:
            said["soc"] = self.remaining / self.total
        if self.cells:
            said["cell_max"] = max(self.cells)
            said["cell_min"] = min(self.cells)
        if sensors := self.temperatures[1:] or self.temperatures:
            said["temperature"] = sum(sensors) / len(sensors)
        return said


@dataclass(frozen=True, slots=True)
class AnalogReply:
    """What a reply carries.

    Attributes:
        flag: INFOFLAG; bit 0 unread change of an alarm, bit 4 of a switch.
        command: address of the pack where one was asked for, number of packs where all were.
        packs: in the order of their addresses.
    """

    flag: int
    command: int
    packs: tuple[PackAnalog, ...]


def encode(packs: Sequence[PackAnalog], command: int, *, flag: int = 0, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply.

    Args:
        packs: one, or all of the group.
        command: address of the one, or number of all.
        flag: INFOFLAG.
        tell: is called for each value that does not fit.

    Source: Pylontech RS485 protocol V3.3, and captures of a US2000 Plus, US3000 and US5000.
    """
    out = Writer(tell).number("flag", flag).number("command", command)
    for pack in packs:
        out.number("cells", len(pack.cells))
        for cell in pack.cells:
            out.number("cell", cell, 2, scale=1000, signed=True)
        out.number("temperatures", len(pack.temperatures))
        for temperature in pack.temperatures:
            out.celsius("temperature", temperature)
        out.amps("current", pack.current).volts("voltage", pack.voltage)
        if pack.long:
            out.number("remaining", ELSEWHERE, 2).number("items", 4).number("total", ELSEWHERE, 2)
        else:
            out.number("remaining", pack.remaining, 2, scale=1000).number("items", 2)
            out.number("total", pack.total, 2, scale=1000)
        out.number("cycles", pack.cycles, 2)
        if pack.long:
            out.number("remaining", pack.remaining, 3, scale=1000).number("total", pack.total, 3, scale=1000)
    return out.done()


def decode(info: bytes) -> AnalogReply:
    """Read INFO of a reply, of one pack or of all.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("analog values", info)
    flag, command = read.number(), read.number()
    packs = [_pack(read)]
    while read.left:
        packs.append(_pack(read))
    return AnalogReply(flag, command, tuple(packs))


def _pack(read: Reader) -> PackAnalog:
    cells = tuple(read.volts(signed=True) for _ in range(read.number()))
    temperatures = tuple(read.celsius() for _ in range(read.number()))
    current, voltage = read.amps(), read.volts()
    remaining, items, total, cycles = read.number(2), read.number(), read.number(2), read.number(2)
    if long := items > 2:
        remaining, total = read.number(3), read.number(3)
    return PackAnalog(cells, temperatures, current, voltage, remaining / 1000, total / 1000, cycles, long)
