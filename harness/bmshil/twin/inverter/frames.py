"""What the device reads out of a frame: its own tables, written from the vendor's documents.

Source: Pylontech CANBUS Protocol V1.2 2018-04-08 (0x351, 0x355, 0x356, 0x359, 0x35C, 0x35E); captures of two
generations of US5000 by Setfire Labs for what V1.3 sends instead (0x35A, 0x35F); bit pairs of 0x35A from SMA
FSS-ConnectingBat-TI-en-10. Little-endian throughout.
"""

from struct import Struct
from typing import NamedTuple

LIMITS = 0x351
SOC = 0x355
MEASUREMENTS = 0x356
ALARM_BITS = 0x359
ALARM_PAIRS = 0x35A
REQUESTS = 0x35C
MAKER = 0x35E
CAPACITY = 0x35F

# Conditions as this device shows them: protections in the low byte, warnings in the high byte.
HIGH_VOLTAGE = 0x01
LOW_VOLTAGE = 0x02
HIGH_TEMPERATURE = 0x04
LOW_TEMPERATURE = 0x08
CHARGE_CURRENT = 0x10
DISCHARGE_CURRENT = 0x20
INTERNAL = 0x40
SILENCE = 0x80  # the device's own: its battery does not speak
ALARMS = 0xFF  # all that are no warnings
WARNING_SHIFT = 8


class Limits(NamedTuple):
    """0x351: volts and amperes; the lowest voltage is None when the frame is too short for it."""

    cvl: float
    ccl: float
    dcl: float
    dvl: float | None


class Measured(NamedTuple):
    """0x356: volts, amperes (positive while charging), degrees Celsius."""

    voltage: float
    current: float
    temperature: float


class Cells(NamedTuple):
    """Lowest and highest cell voltage, V."""

    low: float
    high: float


class Ask(NamedTuple):
    """One question besides the keep-alive.

    Attributes:
        id: identifier.
        extended: whether it has 29 bits.
        data: payload.
        every: with each how-manieth keep-alive it is asked, the first included.
    """

    id: int
    extended: bool
    data: bytes
    every: int = 1


_LIMITS = Struct("<Hhh")
_WORD = Struct("<H")
_MEASURED = Struct("<hhh")

# 0x359: (byte, bit) of each condition. Bytes 0 and 1 protect, bytes 2 and 3 warn with the same bits.
_BITS = (
    (0, 0x02, HIGH_VOLTAGE),
    (0, 0x04, LOW_VOLTAGE),
    (0, 0x08, HIGH_TEMPERATURE),
    (0, 0x10, LOW_TEMPERATURE),
    (0, 0x80, DISCHARGE_CURRENT),
    (1, 0x01, CHARGE_CURRENT),
    (1, 0x08, INTERNAL),
)

# 0x35A: (byte, lower bit of the pair) of each condition; warnings follow four bytes later.
_PAIRS = (
    (0, 2, HIGH_VOLTAGE),
    (0, 4, LOW_VOLTAGE),
    (0, 6, HIGH_TEMPERATURE),
    (1, 0, LOW_TEMPERATURE),
    (1, 6, DISCHARGE_CURRENT),
    (2, 0, CHARGE_CURRENT),
    (2, 6, INTERNAL),
)
_RAISED = 0b01


def read_limits(data: bytes | bytearray) -> Limits | None:
    """Read 0x351; None when it is shorter than its limits."""
    if len(data) < _LIMITS.size:
        return None
    cvl, ccl, dcl = _LIMITS.unpack_from(data)
    dvl = _WORD.unpack_from(data, 6)[0] / 10 if len(data) >= 8 else None
    return Limits(cvl / 10, ccl / 10, dcl / 10, dvl)


def read_soc(data: bytes | bytearray) -> float | None:
    """Read the state of charge in 0x355, as a fraction; None when it is not there."""
    return _WORD.unpack_from(data)[0] / 100 if len(data) >= 2 else None


def read_measured(data: bytes | bytearray) -> Measured | None:
    """Read 0x356; None when it is too short."""
    if len(data) < _MEASURED.size:
        return None
    voltage, current, temperature = _MEASURED.unpack_from(data)
    return Measured(voltage / 100, current / 10, temperature / 10)


def read_alarm_bits(data: bytes | bytearray) -> int:
    """Read protections and warnings in 0x359; missing bytes say nothing."""
    word = 0
    for byte, bit, condition in _BITS:
        if byte < len(data) and data[byte] & bit:
            word |= condition
        if byte + 2 < len(data) and data[byte + 2] & bit:
            word |= condition << WARNING_SHIFT
    return word


def read_alarm_pairs(data: bytes | bytearray) -> int:
    """Read protections and warnings in 0x35A: two bits each, 01 raised, 10 cleared, else not said."""
    word = 0
    for byte, shift, condition in _PAIRS:
        if byte < len(data) and data[byte] >> shift & 0b11 == _RAISED:
            word |= condition
        if byte + 4 < len(data) and data[byte + 4] >> shift & 0b11 == _RAISED:
            word |= condition << WARNING_SHIFT
    return word


def read_enables(data: bytes | bytearray) -> tuple[bool, bool]:
    """Read whether 0x35C allows charging and discharging; an empty frame forbids nothing."""
    return (not data or bool(data[0] & 0x80), not data or bool(data[0] & 0x40))


def read_requests(data: bytes | bytearray) -> bool:
    """Read whether 0x35C asks for a charge from the grid, with either of its two bits."""
    return bool(data) and bool(data[0] & 0x30)


def read_modules(data: bytes | bytearray) -> int | None:
    """Read the module count in 0x359; None when it is not there."""
    return data[4] if len(data) > 4 else None


def read_capacity(data: bytes | bytearray) -> float | None:
    """Read the capacity in 0x35F, Ah; None when it is not there."""
    return float(_WORD.unpack_from(data, 4)[0]) if len(data) >= 6 else None
