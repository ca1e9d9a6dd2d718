"""Errors of a controller as SocketCAN writes them: a frame whose identifier is a set of classes.

Source: linux/can/error.h of the Linux kernel; the drivers sja1000 (several classes in one frame) and flexcan
(acknowledgement) as models.
"""

from __future__ import annotations

from enum import IntFlag

import can

from bmshil.twin.canbus.confinement import PASSIVE, WARNING, BusError, State


class ErrorClass(IntFlag):
    """Bits of the identifier."""

    CONTROLLER = 0x004
    """The state changed; ``data[1]`` says to what."""
    PROTOCOL = 0x008
    """``data[2]`` says what was wrong, ``data[3]`` where."""
    ACKNOWLEDGE = 0x020
    BUS_OFF = 0x040
    BUS_ERROR = 0x080
    RESTARTED = 0x100
    COUNTERS = 0x200
    """``data[6]`` and ``data[7]`` are the transmit and the receive error counter."""


_RX_WARNING, _TX_WARNING, _RX_PASSIVE, _TX_PASSIVE, _ACTIVE = 0x04, 0x08, 0x10, 0x20, 0x40
_PROTOCOL = {"bit": 0x01, "form": 0x02, "stuff": 0x04}
_WHILE_SENDING = 0x80
_PLACES = {"crc": 0x08, "acknowledge": 0x19}


def error_message(timestamp: float, error: BusError, before: State, channel: str) -> can.Message:
    """Make the error frame of one error or change of state.

    Args:
        timestamp: s.
        error: what the controller tells.
        before: its state so far.
        channel: where it sits.
    """
    classes = ErrorClass.COUNTERS
    data = bytearray(8)
    if error.kind != "state":
        classes |= ErrorClass.BUS_ERROR
        if error.kind == "acknowledge":
            classes |= ErrorClass.ACKNOWLEDGE
        else:
            classes |= ErrorClass.PROTOCOL
            data[2] = _PROTOCOL.get(error.kind, 0) | (_WHILE_SENDING if error.transmitting else 0)
        data[3] = _PLACES.get(error.kind, 0)
    if error.state is State.BUS_OFF:
        classes |= ErrorClass.BUS_OFF
    elif before is State.BUS_OFF:
        classes |= ErrorClass.RESTARTED
    elif error.state is not before:
        classes |= ErrorClass.CONTROLLER
        data[1] = _controller_state(error)
    data[6] = min(error.tec, 255)
    data[7] = min(error.rec, 255)
    return can.Message(timestamp, int(classes), False, False, True, channel, 8, data)


def _controller_state(error: BusError) -> int:
    """Say which counter gave the state, as ``data[1]`` has it."""
    if error.state is State.ERROR_ACTIVE:
        return _ACTIVE
    limit, sending, receiving = (
        (PASSIVE, _TX_PASSIVE, _RX_PASSIVE)
        if error.state is State.ERROR_PASSIVE
        else (WARNING, _TX_WARNING, _RX_WARNING)
    )
    return (sending if error.tec >= limit else 0) | (receiving if error.rec >= limit else 0)
