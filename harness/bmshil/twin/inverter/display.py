"""What the device shows of itself, on its screen and over Modbus."""

from enum import IntEnum
from typing import NamedTuple

from bmshil.twin.inverter.frames import ALARMS, SILENCE, WARNING_SHIFT
from bmshil.twin.inverter.reactions import Targets
from bmshil.twin.inverter.sunny_island import Telemetry
from bmshil.twin.world import World


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


def telemetry(shown: Display, obeyed: Targets | None, world: World, seconds: float) -> Telemetry:
    """Return what it says of itself on the bus, where its message set has such values.

    Args:
        shown: what its screen shows.
        obeyed: what it keeps to; None while it stands still.
        world: where it measures.
        seconds: time of the bench.
    """
    return Telemetry(
        world.voltage,
        world.current,
        shown.temperature,
        shown.soc,
        shown.cvl if obeyed is None else obeyed.cvl,
        stopped=obeyed is None or bool(shown.alarms & ALARMS & ~SILENCE),
        silent=bool(shown.alarms & SILENCE),
        warned=bool(shown.alarms >> WARNING_SHIFT),
        clock=seconds,
    )
