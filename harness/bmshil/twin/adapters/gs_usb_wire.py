"""What a candleLight and its host say to each other, byte by byte: the gs_usb protocol.

Everything is little-endian. Sources: Linux kernel, drivers/net/can/usb/gs_usb.c and include/uapi/linux/can.h,
can/error.h; candleLight_fw, include/gs_usb.h and src/can_common.c.
"""

from __future__ import annotations

import struct
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, NamedTuple

import can

if TYPE_CHECKING:
    from bmshil.twin.canbus.confinement import BusError


class Request(IntEnum):
    """Vendor requests (``bRequest``)."""

    HOST_FORMAT = 0
    BITTIMING = 1
    MODE = 2
    BT_CONST = 4
    DEVICE_CONFIG = 5
    TIMESTAMP = 6
    IDENTIFY = 7
    GET_STATE = 14


class Feature(IntFlag):
    """What an adapter can do, and the flags by which a channel is started."""

    LISTEN_ONLY = 1 << 0
    ONE_SHOT = 1 << 3
    HW_TIMESTAMP = 1 << 4
    IDENTIFY = 1 << 5
    BERR_REPORTING = 1 << 12
    GET_STATE = 1 << 13


FEATURES = (
    Feature.LISTEN_ONLY
    | Feature.ONE_SHOT
    | Feature.HW_TIMESTAMP
    | Feature.IDENTIFY
    | Feature.BERR_REPORTING
    | Feature.GET_STATE
)

CLOCK = 48_000_000
"""Of an STM32F072's CAN controller, Hz."""

BT_CONST = struct.pack("<10I", FEATURES, CLOCK, 1, 16, 1, 8, 4, 1, 1024, 1)
DEVICE_CONFIG = struct.pack("<4B2I", 0, 0, 0, 0, 2, 1)  # one channel, software 2, hardware 1
START = 1

ECHO_NONE = 0xFFFFFFFF
"""In place of an echo number: the frame came from the bus."""

OVERFLOW = 1
"""Flag of a frame: others before it were lost."""

_EXTENDED, _REMOTE, _ERROR = 0x8000_0000, 0x4000_0000, 0x2000_0000
_FRAME = struct.Struct("<IIBBBB8s")
_BIT_TIMING = struct.Struct("<5I")
_MODE = struct.Struct("<2I")

# Of linux/can/error.h: classes in the identifier, states in byte 1, kinds in byte 2, places in byte 3.
_CONTROLLER, _PROTOCOL, _ACKNOWLEDGE, _BUS_OFF, _BUS_ERROR, _COUNTERS = 0x4, 0x8, 0x20, 0x40, 0x80, 0x200
_CRC_SEQUENCE = 0x08
_KINDS = {"form": 0x02, "stuff": 0x04, "bit": 0x10}  # bit: a recessive one could not be sent
_ACTIVE = 0x40


class HostFrame(NamedTuple):
    """A CAN frame on USB: the number under which the host wants it confirmed, and the frame."""

    echo: int
    message: can.Message

    @classmethod
    def unpack(cls, data: bytes) -> HostFrame:
        """Read what the host sends.

        Raises:
            ValueError: too short, or longer data than a classic frame has.
        """
        if len(data) < _FRAME.size:
            raise ValueError(f"a host frame of {len(data)} bytes: there must be {_FRAME.size}")
        echo, identifier, length, _, _, _, payload = _FRAME.unpack_from(data)
        remote = bool(identifier & _REMOTE)
        extended = bool(identifier & _EXTENDED)
        if length > len(payload):
            raise ValueError(f"a host frame with {length} bytes of data: classic CAN has at most 8")
        message = can.Message(
            arbitration_id=identifier & (0x1FFF_FFFF if extended else 0x7FF),
            is_extended_id=extended,
            is_remote_frame=remote,
            dlc=length,
            data=b"" if remote else payload[:length],
        )
        return cls(echo, message)


def pack_frame(
    message: can.Message, *, echo: int = ECHO_NONE, stamp: int | None = None, lost: bool = False
) -> bytes:
    """Write a frame for the host: from the bus, or the confirmation of one of its own.

    Args:
        message: the frame.
        echo: the host's number of it; left out for a frame from the bus.
        stamp: microseconds, for a host that asked for time stamps.
        lost: whether frames before this one did not fit into the adapter.
    """
    identifier = message.arbitration_id
    identifier |= _EXTENDED if message.is_extended_id else 0
    identifier |= _REMOTE if message.is_remote_frame else 0
    return _stamped(
        _FRAME.pack(echo, identifier, message.dlc, 0, OVERFLOW if lost else 0, 0, bytes(message.data)), stamp
    )


def pack_bus_error(error: BusError, stamp: int | None = None) -> bytes:
    """Write the report of one error on the bus (only for a host that asked for bus errors)."""
    identifier = _ERROR | _PROTOCOL | _BUS_ERROR | _COUNTERS
    identifier |= _ACKNOWLEDGE if error.kind == "acknowledge" else 0
    place = _CRC_SEQUENCE if error.kind == "crc" else 0
    return _pack_error(identifier, bytes((0, 0, _KINDS.get(error.kind, 0), place)), error, stamp)


def pack_state(error: BusError, stamp: int | None = None) -> bytes:
    """Write the report of a change of the controller's state."""
    if error.tec > 255:
        return _stamped(_FRAME.pack(ECHO_NONE, _ERROR | _BUS_OFF, 8, 0, 0, 0, b""), stamp)
    sending, receiving = _level(error.tec), _level(error.rec)
    state = 0
    if sending >= receiving:
        state |= (_ACTIVE, 0x08, 0x20)[sending]
    if sending <= receiving:
        state |= (_ACTIVE, 0x04, 0x10)[receiving]
    return _pack_error(_ERROR | _CONTROLLER | _COUNTERS, bytes((0, state, 0, 0)), error, stamp)


def bit_rate(data: bytes) -> int:
    """Read the bit rate from a bit timing request, bit/s.

    Raises:
        ValueError: too short, or a timing outside what BT_CONST allows.
    """
    if len(data) < _BIT_TIMING.size:
        raise ValueError(f"a bit timing of {len(data)} bytes: there must be {_BIT_TIMING.size}")
    propagation, before, after, jump, prescaler = _BIT_TIMING.unpack_from(data)
    if not (1 <= propagation + before <= 16 and 1 <= after <= 8 and jump <= 4 and 1 <= prescaler <= 1024):
        raise ValueError(f"bit timing {propagation}+{before}/{after}/{jump}/{prescaler} cannot be set")
    return int(CLOCK // (prescaler * (1 + propagation + before + after)))


def mode(data: bytes) -> tuple[bool, Feature]:
    """Read a mode request: whether to start the channel, and how.

    Raises:
        ValueError: too short.
    """
    if len(data) < _MODE.size:
        raise ValueError(f"a mode of {len(data)} bytes: there must be {_MODE.size}")
    start, flags = _MODE.unpack_from(data)
    return start == START, Feature(flags & FEATURES)


def _pack_error(identifier: int, head: bytes, error: BusError, stamp: int | None) -> bytes:
    counters = bytes((0, 0, min(error.tec, 255), min(error.rec, 255)))
    return _stamped(_FRAME.pack(ECHO_NONE, identifier, 8, 0, 0, 0, head + counters), stamp)


def _level(counter: int) -> int:
    """0 error-active, 1 warning, 2 passive."""
    return (counter >= 96) + (counter >= 128)


def _stamped(frame: bytes, stamp: int | None) -> bytes:
    return frame if stamp is None else frame + struct.pack("<I", stamp & 0xFFFF_FFFF)
