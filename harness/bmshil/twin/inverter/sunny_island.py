"""What an SMA Sunny Island reads and says in its own way.

Source: SMA FSS-ConnectingBat-TI-en-10 V1.0. Every value is taken or rejected by itself, without a word; the
invalid pattern (0xFFFF unsigned, 0x8000 signed) sets it back to its default. Little-endian.
"""

from collections.abc import Mapping
from struct import Struct
from typing import NamedTuple

from bmshil.twin.inverter import frames
from bmshil.twin.inverter.frames import Limits

_DEFAULTS = (54.0, 0.0, 0.0, 41.0)  # charge voltage, charge and discharge current, discharge voltage
_RANGES = ((41.0, 63.0), (0.0, 1200.0), (0.0, 1200.0), (41.0, 48.0))
_LIMITS = Struct("<HhhH")
_INVALID = (0xFFFF, -0x8000, -0x8000, 0xFFFF)
_SOC = Struct("<HHH")
_UNKNOWN = 0xFFFF

_PAIRS_PER_HALF = 16
_ARRIVES, _LEAVES = 0b01, 0b10
# Items of 0x35A in their order; 13 and 14 are reserved, 15 is the generator.
_ITEMS = {
    0: frames.INTERNAL,  # general
    1: frames.HIGH_VOLTAGE,
    2: frames.LOW_VOLTAGE,
    3: frames.HIGH_TEMPERATURE,
    4: frames.LOW_TEMPERATURE,
    5: frames.HIGH_TEMPERATURE,  # while charging
    6: frames.LOW_TEMPERATURE,  # while charging
    7: frames.DISCHARGE_CURRENT,
    8: frames.CHARGE_CURRENT,
    9: frames.INTERNAL,  # contactor
    10: frames.INTERNAL,  # short circuit
    11: frames.INTERNAL,
    12: frames.INTERNAL,  # imbalance of the cells
}

_MEASURED = Struct("<Hhhh")
_STATE = Struct("<HBBHH")
_EXTERNAL_BMS = 10
_OPERATING, _WARNING, _FAILURE = 1, 3, 4
_BATTERY_SILENT = 952  # F952 and W952, ExtBMSTimeout


class Telemetry(NamedTuple):
    """What the device tells of itself.

    Attributes:
        voltage: battery, V.
        current: battery, A, positive while charging.
        temperature: battery, degC.
        soc: fraction.
        cvl: voltage that it charges to, V.
        stopped: whether an error keeps it from working.
        silent: whether it misses its battery.
        warned: whether a warning of the battery stands.
        clock: s since it was built in.
    """

    voltage: float
    current: float
    temperature: float
    soc: float
    cvl: float
    stopped: bool
    silent: bool
    warned: bool
    clock: float = 0.0


def read_limits(data: bytes | bytearray, before: Limits | None) -> Limits | None:
    """Read 0x351 value by value; None when it is shorter than its four values."""
    if len(data) < _LIMITS.size:
        return None
    kept = _DEFAULTS if before is None else (before.cvl, before.ccl, before.dcl, before.dvl or _DEFAULTS[3])
    values = [
        default if raw == invalid else raw / 10 if low <= raw / 10 <= high else last
        for raw, invalid, default, last, (low, high) in zip(
            _LIMITS.unpack_from(data), _INVALID, _DEFAULTS, kept, _RANGES, strict=True
        )
    ]
    return Limits(*values)


def read_soc(data: bytes | bytearray) -> float | None:
    """Read the state of charge in 0x355: the fine one when it is there, else that in percent."""
    if len(data) >= _SOC.size:
        fine = _SOC.unpack_from(data)[2]
        if fine != _UNKNOWN:
            return fine / 10_000 if fine <= 10_000 else None
    coarse = frames.read_soc(data)
    if coarse == _UNKNOWN / 100:
        return 0.0
    return coarse if coarse is not None and coarse <= 1.0 else None


def read_pairs(data: bytes | bytearray, items: int) -> int:
    """Read 0x35A: an item arrives with 01 and stays until it leaves with 10; 00 and 11 are ignored."""
    for number in range(min(len(data), 8) * 4):
        pair = data[number // 4] >> 2 * (number % 4) & 0b11
        if pair == _ARRIVES:
            items |= 1 << number
        elif pair == _LEAVES:
            items &= ~(1 << number)
    return items


def conditions(items: int) -> int:
    """Turn the items that stand into conditions: alarms in the low byte, warnings in the high byte."""
    word = 0
    for number, condition in _ITEMS.items():
        if items >> number & 1:
            word |= condition
        if items >> number + _PAIRS_PER_HALF & 1:
            word |= condition << frames.WARNING_SHIFT
    return word


def speak(now: Telemetry) -> Mapping[int, bytes]:
    """Return what it sends every second: 0x305 with a current that is negative while charging, and 0x306."""
    state = _FAILURE if now.stopped else _WARNING if now.silent or now.warned else _OPERATING
    return {
        0x305: _MEASURED.pack(
            round(now.voltage * 10),
            -round(now.current * 10),
            round(now.temperature * 10),
            round(now.soc * 1000),
        ),
        0x306: _STATE.pack(
            100, _EXTERNAL_BMS, state, _BATTERY_SILENT if now.silent else 0, round(now.cvl * 10)
        ),
    }
