"""Error frames in the layout of SocketCAN (linux/can/error.h)."""

import pytest

from bmshil.twin.canbus.confinement import BusError, State
from bmshil.twin.canbus.error_message import error_message

ACTIVE, WARNING, PASSIVE, OFF = State


@pytest.mark.parametrize(
    ("error", "before", "identifier", "data"),
    [
        # bus error and counters, with protocol error or missing acknowledgement
        (BusError("bit", True, ACTIVE, 8, 0), ACTIVE, 0x288, "0000810000000800"),
        (BusError("stuff", False, ACTIVE, 0, 1), ACTIVE, 0x288, "0000040000000001"),
        (BusError("form", False, ACTIVE, 0, 9), ACTIVE, 0x288, "0000020000000009"),
        (BusError("crc", False, ACTIVE, 0, 1), ACTIVE, 0x288, "0000000800000001"),
        (BusError("acknowledge", True, ACTIVE, 8, 0), ACTIVE, 0x2A0, "0000001900000800"),
        # and the state of the controller, when it has changed
        (BusError("acknowledge", True, WARNING, 96, 0), ACTIVE, 0x2A4, "0008001900006000"),
        (BusError("acknowledge", True, PASSIVE, 128, 0), WARNING, 0x2A4, "0020001900008000"),
        (BusError("stuff", False, WARNING, 0, 96), ACTIVE, 0x28C, "0004040000000060"),
        (BusError("stuff", False, PASSIVE, 0, 135), WARNING, 0x28C, "0010040000000087"),
        (BusError("state", True, WARNING, 127, 0), PASSIVE, 0x204, "0008000000007F00"),
        (BusError("state", True, ACTIVE, 95, 0), WARNING, 0x204, "0040000000005F00"),
        # bus-off, and back
        (BusError("bit", True, OFF, 256, 0), PASSIVE, 0x2C8, "000081000000FF00"),
        (BusError("state", False, ACTIVE, 0, 0), OFF, 0x300, "0000000000000000"),
    ],
)
def test_layout(error: BusError, before: State, identifier: int, data: str) -> None:
    message = error_message(1.5, error, before, "bus0")
    assert message.is_error_frame
    assert not message.is_extended_id
    assert message.arbitration_id == identifier
    assert message.data.hex().upper() == data
    assert (message.timestamp, message.channel, message.dlc, message.is_rx) == (1.5, "bus0", 8, True)
