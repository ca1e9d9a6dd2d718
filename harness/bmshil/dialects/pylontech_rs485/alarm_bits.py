"""The codes of 0x44: levels of values, protections, switches, states.

Source: Pylontech RS485 protocol V3.3.
"""

from enum import IntEnum, IntFlag

from bmshil.dialects.report import Alarm


class Level(IntEnum):
    """How a value stands to its limits."""

    NORMAL = 0x00
    LOW = 0x01
    HIGH = 0x02
    OTHER = 0xF0


class Status1(IntFlag):
    """Protections."""

    MODULE_LOW_VOLTAGE = 0x80
    CHARGE_HOT = 0x40
    DISCHARGE_HOT = 0x20
    DISCHARGE_CURRENT = 0x10
    CHARGE_CURRENT = 0x04
    CELL_LOW_VOLTAGE = 0x02
    MODULE_HIGH_VOLTAGE = 0x01


class Status2(IntFlag):
    """Switches."""

    PACK_POWER = 0x08
    DISCHARGE_ON = 0x04
    CHARGE_ON = 0x02
    PRECHARGE_ON = 0x01


class Status3(IntFlag):
    """What is going on."""

    CHARGING = 0x80
    DISCHARGING = 0x40
    HEATER = 0x20
    FULL = 0x08
    BUZZER = 0x01


PROTECTIONS = {
    Status1.MODULE_HIGH_VOLTAGE: Alarm.CELL_HIGH_VOLTAGE,
    Status1.MODULE_LOW_VOLTAGE: Alarm.CELL_LOW_VOLTAGE,
    Status1.CELL_LOW_VOLTAGE: Alarm.CELL_LOW_VOLTAGE,
    Status1.CHARGE_HOT: Alarm.HIGH_TEMPERATURE,
    Status1.DISCHARGE_HOT: Alarm.HIGH_TEMPERATURE,
    Status1.CHARGE_CURRENT: Alarm.CHARGE_OVERCURRENT,
    Status1.DISCHARGE_CURRENT: Alarm.DISCHARGE_OVERCURRENT,
}
"""Which condition of a report a protection is."""
