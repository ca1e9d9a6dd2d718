"""What the device shows of itself, on its screen and over Modbus."""

from enum import IntEnum
from typing import NamedTuple


class State(IntEnum):
    """Where the device is between off and running."""

    OFF = 0
    BOOT = 1
    WAITING = 2
    RUNNING = 3
    LOST = 4
    RECOVERING = 5


class Display(NamedTuple):
    """One look at the screen: volts, amperes (limits positive), SOC as a fraction, Ah, degrees Celsius."""

    state: State = State.OFF
    soc: float = 0.0
    cvl: float = 0.0
    ccl: float = 0.0
    dcl: float = 0.0
    alarms: int = 0
    packs: int = 0
    capacity: float = 0.0
    temperature: float = 0.0
