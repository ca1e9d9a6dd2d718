"""What the device reads out of the replies of a Pylontech battery on RS485.

Source: Pylontech RS485 protocol V3.3 for 0x42 and 0x92; 0x61 to 0x63 are in no public document: their layout
is that of the open emulators that real inverters accept (Battery-Emulator, Fahmula/esphome-pylontech-rs485),
with the current in 0.01 A and the limits in 0.1 A. Big-endian throughout.
"""

from collections.abc import Callable, Mapping
from struct import Struct, error, unpack_from

from bmshil.twin.inverter.frames import (
    CHARGE_CURRENT,
    DISCHARGE_CURRENT,
    HIGH_TEMPERATURE,
    HIGH_VOLTAGE,
    INTERNAL,
    LOW_TEMPERATURE,
    LOW_VOLTAGE,
    WARNING_SHIFT,
    Limits,
    Measured,
)
from bmshil.twin.inverter.polling.reading import Reading, Unfit

VERSION = 0x4F
ANALOG, MANAGEMENT = 0x42, 0x92
SYSTEM_ANALOG, SYSTEM_ALARMS, SYSTEM_MANAGEMENT = 0x61, 0x62, 0x63

CURRENT = 0.1
"""A per unit of a limit."""

Read = Callable[[bytes, int, float], Reading]
"""(INFO, address that was asked, A per unit of a limit) -> what it says."""

_SYSTEM_ANALOG = Struct(">HhB14xHH")
_LIMITS = Struct(">HHhhB")
_ZERO = 2731  # 0 degC in 0.1 K
_SYSTEM_LENGTH = 49

# Bits of the first and of the second byte of warnings; protections follow two bytes later with the same bits.
_FIRST = (
    (0xA0, HIGH_VOLTAGE),  # of a module, of a cell
    (0x50, LOW_VOLTAGE),
    (0x0A, HIGH_TEMPERATURE),  # of a cell, of the MOSFETs
    (0x04, LOW_TEMPERATURE),
)
_SECOND = ((0x40, CHARGE_CURRENT), (0x20, DISCHARGE_CURRENT), (0x18, INTERNAL))


def celsius(raw: int) -> float | None:
    """Degrees Celsius; None for the 0 that batteries send where they have no sensor."""
    return None if raw == 0 else (raw - _ZERO) / 10


def _system_analog(info: bytes, _asked: int, _unit: float) -> Reading:
    volts, amps, percent, mean, highest = _SYSTEM_ANALOG.unpack_from(info)
    temperature = celsius(highest)
    if temperature is None:
        temperature = celsius(mean)
    measured = Measured(volts / 1000, amps / 100, 0.0 if temperature is None else temperature)
    return Reading(soc=percent / 100, measured=measured)


def _system_alarms(info: bytes, _asked: int, _unit: float) -> Reading:
    word = 0
    for table, at in ((_FIRST, 0), (_SECOND, 1)):
        for bits, condition in table:
            if info[at] & bits:
                word |= condition << WARNING_SHIFT
            if info[at + 2] & bits:
                word |= condition
    return Reading(alarms=word)


def _limits(info: bytes, unit: float) -> Reading:
    cvl, dvl, charge, discharge, status = _LIMITS.unpack_from(info)
    # The discharge limit is negative in real replies to 0x92, and positive in those to 0x63.
    limits = Limits(cvl / 1000, charge * unit, abs(discharge) * unit, dvl / 1000)
    return Reading(limits=limits, enables=(bool(status & 0x80), bool(status & 0x40)))


def _system_management(info: bytes, _asked: int, unit: float) -> Reading:
    return _limits(info, unit)


def _management(info: bytes, asked: int, unit: float) -> Reading:
    _of(info[0], asked)
    return _limits(info[1:], unit)


def _analog(info: bytes, asked: int, _unit: float) -> Reading:
    _of(info[1], asked)
    cells = info[2]
    at = 3 + 2 * cells
    sensors = info[at]
    raw = unpack_from(f">{sensors}H", info, at + 1)
    at += 1 + 2 * sensors
    amps, volts, remaining, items = unpack_from(">hHHB", info, at)
    total = unpack_from(">H", info, at + 7)[0]
    if items >= 4:  # more than 65 Ah do not fit into 16 bits
        at += 11
        remaining, total = (int.from_bytes(info[one : one + 3], "big") for one in (at, at + 3))
    if not total:
        raise Unfit("no capacity", garbled=True)
    warmth = [one for one in map(celsius, raw[1:]) if one is not None]  # the first is that of the board
    return Reading(
        soc=remaining / total,
        measured=Measured(volts / 1000, amps / 10, max(warmth, default=0.0)),
        capacity=total / 1000,
    )


def _version(_info: bytes, _asked: int, _unit: float) -> Reading:
    return Reading()


def _of(told: int, asked: int) -> None:
    if told != asked:
        raise Unfit(f"of address {told:02X}")


READ: Mapping[int, Read] = {
    VERSION: _version,
    ANALOG: _analog,
    MANAGEMENT: _management,
    SYSTEM_ANALOG: _system_analog,
    SYSTEM_ALARMS: _system_alarms,
    SYSTEM_MANAGEMENT: _system_management,
}
"""By command."""

LENGTHS: Mapping[int, int] = {
    VERSION: 0,
    MANAGEMENT: 10,
    SYSTEM_ANALOG: 49,
    SYSTEM_ALARMS: 4,
    SYSTEM_MANAGEMENT: 9,
}
"""Bytes of INFO by command; a reply does not say what it answers, and its length is all that tells."""


def decode(command: int, info: bytes, asked: int, unit: float, *, strict: bool) -> Reading:
    """Read the content of a reply.

    Args:
        command: that was asked.
        info: content of the reply.
        asked: address.
        unit: A per unit of a limit.
        strict: whether a content that cannot belong to the command is refused. A device that is not takes
            whatever comes for the answer to its last question.

    Raises:
        Unfit: it is no answer to that command.
    """
    if strict and LENGTHS.get(command, len(info)) != len(info):
        raise Unfit(f"{len(info)} bytes")
    try:
        return READ[command](info if strict else info.ljust(_SYSTEM_LENGTH, b"\0"), asked, unit)
    except (error, IndexError) as mistake:
        raise Unfit("too short for it") from mistake
