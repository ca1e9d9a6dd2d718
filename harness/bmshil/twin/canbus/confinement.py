"""Fault confinement of one controller: what its two error counters mean.

Source: ISO 11898-1, fault confinement; the rules are those of Bosch CAN 2.0, part B, section 8. The limit of
96 is the error warning of that section, which SocketCAN reports as a state of its own.
"""

from enum import IntEnum
from typing import NamedTuple

WARNING = 96
PASSIVE = 128
BUS_OFF = 256
REWARD = 119
"""Where a receive counter above 127 is set to by a good frame; the standard allows 119 to 127."""


class State(IntEnum):
    """How a controller takes part in the traffic."""

    ERROR_ACTIVE = 0
    ERROR_WARNING = 1
    """At least one counter has reached 96; the controller behaves as before."""
    ERROR_PASSIVE = 2
    """At least one counter is above 127: error flags are recessive, and it waits longer between frames."""
    BUS_OFF = 3
    """The transmit counter is above 255: it takes no part."""


class BusError(NamedTuple):
    """What a controller tells its host about one error, or about a change of its state.

    Attributes:
        kind: bit, stuff, form, crc or acknowledge; state where nothing went wrong but the state changed.
        transmitting: whether it was sending.
        state: after the error.
        tec: transmit error counter after it.
        rec: receive error counter after it.
    """

    kind: str
    transmitting: bool
    state: State
    tec: int
    rec: int


def state_of(tec: int, rec: int) -> State:
    """Give the state that belongs to two counters."""
    if tec >= BUS_OFF:
        return State.BUS_OFF
    worst = max(tec, rec)
    if worst >= PASSIVE:
        return State.ERROR_PASSIVE
    return State.ERROR_WARNING if worst >= WARNING else State.ERROR_ACTIVE


def after_reception(rec: int) -> int:
    """Give the receive counter after a frame received well."""
    if rec >= PASSIVE:
        return REWARD
    return rec - 1 if rec else 0
