"""0x61, analog values of the whole system: what inverters poll most.

Two scales in one family: the current here has 0.01 A, the limits of 0x63 have 0.1 A. It is the most repeated
error of the field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, Self

from bmshil.dialects.pylontech_rs485.extremes import Extreme, Spread, spread
from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.pylontech_rs485.writer import Tell, Writer, nobody

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport, Report


@dataclass(frozen=True, slots=True)
class SystemAnalog:
    """The whole system.

    Attributes:
        voltage: V.
        current: A, positive into the battery.
        soc: 0..1.
        cycles_mean, cycles_most: full cycles.
        soh_mean, soh_least: 0..1.
        cell_max, cell_min: V.
        cells: temperatures at the cells, degC.
        switches: temperatures at the MOSFETs, degC.
        boards: temperatures of the BMS boards, degC.
    """

    voltage: float
    current: float
    soc: float
    cycles_mean: int
    cycles_most: int
    soh_mean: float
    soh_least: float
    cell_max: Extreme
    cell_min: Extreme
    cells: Spread
    switches: Spread
    boards: Spread

    @classmethod
    def of(cls, report: Report, packs: Sequence[PackData]) -> Self:
        """Take what this command carries out of the system's report and its packs.

        Where the report contradicts the packs, the report is right: it is what the battery wants to say. The
        MOSFETs are as warm as the board that they stand on.

        Args:
            report: of the whole system.
            packs: for the places of the extremes; empty where nobody knows them.
        """
        cells = spread(
            Extreme(cell, pack.number, n) for pack in packs for n, cell in enumerate(pack.cells, 1)
        )
        sensors = spread(
            Extreme(one, pack.number, n) for pack in packs for n, one in enumerate(pack.temperatures[1:], 1)
        )
        boards = spread(Extreme(one, pack.number, 1) for pack in packs for one in pack.temperatures[:1])
        cycles = [pack.cycles for pack in packs] or [0]
        if isnan(sensors.mean):
            only = Extreme(report.temperature)
            sensors = Spread(report.temperature, only, only)
        return cls(
            report.voltage,
            report.current,
            report.soc,
            round(sum(cycles) / len(cycles)),
            max(cycles),
            report.soh,
            min((pack.report.soh for pack in packs), default=report.soh),
            replace(cells.highest, value=report.cell_max),
            replace(cells.lowest, value=report.cell_min),
            replace(sensors, mean=report.temperature),
            boards,
            boards,
        )

    @property
    def report(self) -> PartialReport:
        """The same in the words of a report."""
        said: PartialReport = {
            "voltage": self.voltage,
            "current": self.current,
            "soc": self.soc,
            "soh": self.soh_mean,
            "cell_max": self.cell_max.value,
            "cell_min": self.cell_min.value,
        }
        if not isnan(self.cells.mean):
            said["temperature"] = self.cells.mean
        return said


def encode(system: SystemAnalog, *, tell: Tell = nobody) -> bytes:
    """Return INFO of the reply, 49 bytes.

    Source: four public programs that agree, and one capture of a reply (at 0 A).
    """
    out = Writer(tell).volts("voltage", system.voltage)
    out.number("current", system.current, 2, scale=100, signed=True)
    out.number("soc", system.soc, scale=100)
    out.number("cycles", system.cycles_mean, 2).number("cycles", system.cycles_most, 2)
    out.number("soh", system.soh_mean, scale=100).number("soh", system.soh_least, scale=100)
    for name, cell in (("cell_max", system.cell_max), ("cell_min", system.cell_min)):
        out.volts(name, cell.value).number("module", cell.module).number("place", cell.place)
    for each in (system.cells, system.switches, system.boards):
        out.celsius("temperature", each.mean)
        for one in (each.highest, each.lowest):
            out.celsius("temperature", one.value).number("module", one.module).number("place", one.place)
    return out.done()


def decode(info: bytes) -> SystemAnalog:
    """Read INFO of a reply.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("system analog values", info)
    voltage, current, soc = read.volts(), read.number(2, signed=True) / 100, read.number() / 100
    cycles_mean, cycles_most = read.number(2), read.number(2)
    soh_mean, soh_least = read.number() / 100, read.number() / 100
    highest, lowest = (Extreme(read.volts(), read.number(), read.number()) for _ in range(2))
    heat = [Spread(read.celsius(), _warmth(read), _warmth(read)) for _ in range(3)]
    return SystemAnalog(
        voltage, current, soc, cycles_mean, cycles_most, soh_mean, soh_least, highest, lowest, *heat
    )


def _warmth(read: Reader) -> Extreme:
    return Extreme(read.celsius(), read.number(), read.number())
