"""0x44, alarm information of one pack or of all: a level for each value, and five bytes of bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bmshil.dialects.pylontech_rs485.alarm_bits import PROTECTIONS, Level, Status1, Status2, Status3
from bmshil.dialects.pylontech_rs485.reader import Reader
from bmshil.dialects.report import NO_ALARM, Alarm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import PartialReport

FULL = 0.995
"""SOC that is shown as 100 %."""

FLOWING = 0.1
"""A from which a current counts as one."""

BROKEN_ABOVE, BROKEN_BELOW = 4.2, 1.0
"""V outside of which a cell counts as failed."""


@dataclass(frozen=True, slots=True)
class PackAlarms:
    """One pack.

    A report does not tell a module from a cell, nor hot while charging from hot while discharging: the bits
    of both are set. A protection against cold has no bit of its own, an internal fault shows in ``voltage``.

    Attributes:
        cells: level of each cell.
        temperatures: level of each sensor, the BMS board first.
        charge_current, voltage, discharge_current: their levels.
        protections, switches, state: status bytes 1 to 3.
        failed: numbers of the cells that have failed, 1..16: status bytes 4 and 5.
    """

    cells: tuple[int, ...]
    temperatures: tuple[int, ...]
    charge_current: int
    voltage: int
    discharge_current: int
    protections: Status1
    switches: Status2
    state: Status3
    failed: tuple[int, ...]

    @classmethod
    def of(cls, pack: PackData) -> Self:
        """Take what this command carries out of everything that is known of a pack."""
        report = pack.report
        raised = report.protections | report.alarms
        protections = Status1(0)
        for bit, alarm in PROTECTIONS.items():
            if alarm in report.protections:
                protections |= bit
        switches = Status2.PACK_POWER
        switches |= Status2.DISCHARGE_ON if report.discharge_enabled else Status2(0)
        switches |= Status2.CHARGE_ON if report.charge_enabled else Status2(0)
        state = Status3.FULL if report.soc >= FULL else Status3(0)
        state |= Status3.CHARGING if report.current > FLOWING else Status3(0)
        state |= Status3.DISCHARGING if report.current < -FLOWING else Status3(0)
        heat = _level(raised, Alarm.LOW_TEMPERATURE, Alarm.HIGH_TEMPERATURE)
        whole = _level(report.protections, Alarm.CELL_LOW_VOLTAGE, Alarm.CELL_HIGH_VOLTAGE)
        return cls(
            tuple(_cell(raised, cell, pack.cells) for cell in pack.cells),
            (Level.NORMAL,) * len(pack.temperatures[:1]) + (heat,) * len(pack.temperatures[1:]),
            Level.HIGH if Alarm.CHARGE_OVERCURRENT in raised else Level.NORMAL,
            Level.OTHER if Alarm.INTERNAL in raised else whole,
            Level.HIGH if Alarm.DISCHARGE_OVERCURRENT in raised else Level.NORMAL,
            protections,
            switches,
            state,
            tuple(n for n, cell in enumerate(pack.cells, 1) if not BROKEN_BELOW <= cell <= BROKEN_ABOVE),
        )

    @property
    def report(self) -> PartialReport:
        """What it says in the words of a report: status byte 1 as protections, levels as alarms."""
        protections = NO_ALARM
        for bit, alarm in PROTECTIONS.items():
            if bit in self.protections:
                protections |= alarm
        alarms = NO_ALARM
        for levels, low, high in (
            (self.cells, Alarm.CELL_LOW_VOLTAGE, Alarm.CELL_HIGH_VOLTAGE),
            ((self.voltage,), Alarm.CELL_LOW_VOLTAGE, Alarm.CELL_HIGH_VOLTAGE),
            (self.temperatures, Alarm.LOW_TEMPERATURE, Alarm.HIGH_TEMPERATURE),
            ((self.charge_current,), NO_ALARM, Alarm.CHARGE_OVERCURRENT),
            ((self.discharge_current,), NO_ALARM, Alarm.DISCHARGE_OVERCURRENT),
        ):
            alarms |= low if Level.LOW in levels else NO_ALARM
            alarms |= high if Level.HIGH in levels else NO_ALARM
            alarms |= Alarm.INTERNAL if Level.OTHER in levels else NO_ALARM
        return {
            "protections": protections,
            "alarms": alarms,
            "charge_enabled": Status2.CHARGE_ON in self.switches,
            "discharge_enabled": Status2.DISCHARGE_ON in self.switches,
        }


@dataclass(frozen=True, slots=True)
class AlarmsReply:
    """What a reply carries.

    Attributes:
        flag: INFOFLAG; bit 0 unread change of an alarm, bit 4 of a switch.
        command: address of the pack where one was asked for, number of packs where all were.
        packs: in the order of their addresses.
    """

    flag: int
    command: int
    packs: tuple[PackAlarms, ...]


def encode(packs: Sequence[PackAlarms], command: int, *, flag: int = 0) -> bytes:
    """Return INFO of the reply.

    Args:
        packs: one, or all of the group.
        command: address of the one, or number of all.
        flag: INFOFLAG.

    Source: Pylontech RS485 protocol V3.3, and captures of a US2000 Plus and a US5000.
    """
    out = bytearray([flag & 0xFF, command & 0xFF])
    for pack in packs:
        failed = sum(1 << (number - 1) for number in pack.failed if number <= 16)
        out += bytes([len(pack.cells), *pack.cells, len(pack.temperatures), *pack.temperatures])
        out += bytes([pack.charge_current, pack.voltage, pack.discharge_current])
        out += bytes([pack.protections, pack.switches, pack.state, failed & 0xFF, failed >> 8])
    return bytes(out)


def decode(info: bytes) -> AlarmsReply:
    """Read INFO of a reply, of one pack or of all. One byte more at the end, as a US5000 sends it, is let be.

    Raises:
        CodecError: it ends in the middle.
    """
    read = Reader("alarm information", info)
    flag, command = read.number(), read.number()
    packs = [_pack(read)]
    while read.left > 1:
        packs.append(_pack(read))
    return AlarmsReply(flag, command, tuple(packs))


def _pack(read: Reader) -> PackAlarms:
    cells = tuple(read.raw(read.number()))
    temperatures = tuple(read.raw(read.number()))
    charge_current, voltage, discharge_current = read.raw(3)
    one, two, three, low, high = read.raw(5)
    failed = tuple(number for number in range(1, 17) if (high << 8 | low) >> (number - 1) & 1)
    return PackAlarms(
        cells,
        temperatures,
        charge_current,
        voltage,
        discharge_current,
        Status1(one),
        Status2(two),
        Status3(three),
        failed,
    )


def _level(raised: Alarm, low: Alarm, high: Alarm) -> Level:
    return Level.HIGH if high in raised else Level.LOW if low in raised else Level.NORMAL


def _cell(raised: Alarm, cell: float, cells: Sequence[float]) -> Level:
    """The highest and the lowest cell are those that an alarm is about."""
    if Alarm.CELL_HIGH_VOLTAGE in raised and cell == max(cells):
        return Level.HIGH
    return Level.LOW if Alarm.CELL_LOW_VOLTAGE in raised and cell == min(cells) else Level.NORMAL
