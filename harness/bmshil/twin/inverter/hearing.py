"""How the device takes one message of a pack in: from the bytes to what it remembers of the pack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.twin.inverter import frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.twin.inverter.frames import Limits, Measured
    from bmshil.twin.inverter.memory import Pack

    Data = bytes | bytearray
    Hear = Callable[[Pack, Data], None]
    """(what is remembered of the pack, payload): takes the payload in."""
    ReadLimits = Callable[[Data, Limits | None], Limits | None]
    """(payload, limits before) -> limits, or None to keep the last ones."""


def _all_or_nothing(data: Data, _before: Limits | None) -> Limits | None:
    return frames.read_limits(data)


def _said_now(data: Data, _before: int) -> int:
    return frames.read_alarm_pairs(data)


def _as_it_is(items: int) -> int:
    return items


def nothing(_pack: Pack, _data: Data) -> None:
    """Know that the message came, and read nothing out of it."""


def limits(read: ReadLimits = _all_or_nothing) -> Hear:
    """Take CVL, CCL, DCL and the lowest voltage in."""

    def hear(pack: Pack, data: Data) -> None:
        pack.hear_limits(data, read)

    return hear


def soc(read: Callable[[Data], float | None] = frames.read_soc) -> Hear:
    """Take the state of charge in, as a fraction."""

    def hear(pack: Pack, data: Data) -> None:
        believes = pack.believes
        pack.hear_soc(believes.read_soc(data) if believes.fine_soc else read(data))

    return hear


def measured(read: Callable[[Data], Measured | None] = frames.read_measured) -> Hear:
    """Take voltage, current and temperature in."""

    def hear(pack: Pack, data: Data) -> None:
        pack.measured = read(data) or pack.measured

    return hear


def alarm_bits(
    read: Callable[[Data], int] = frames.read_alarm_bits,
    modules: Callable[[Data], int | None] = frames.read_modules,
) -> Hear:
    """Take alarms with one bit each in, and the number of modules."""

    def hear(pack: Pack, data: Data) -> None:
        pack.alarms = read(data)
        pack.modules = modules(data)

    return hear


def alarm_pairs(
    read: Callable[[Data, int], int] = _said_now, conditions: Callable[[int], int] = _as_it_is
) -> Hear:
    """Take alarms with two bits each in: (payload, items before) -> items, and what they stand for."""

    def hear(pack: Pack, data: Data) -> None:
        pack.items = pack.believes.leave(read(data, pack.items), pack.items)
        pack.alarms = conditions(pack.items)

    return hear


def enables(
    read: Callable[[Data], tuple[bool, bool]] = frames.read_enables,
    requests: Callable[[Data], bool] = frames.read_requests,
) -> Hear:
    """Take in whether the pack allows charging and discharging, and whether it asks for a charge."""

    def hear(pack: Pack, data: Data) -> None:
        pack.hear_enables(*read(data))
        pack.requests_charge = requests(data)

    return hear


def maker(pack: Pack, data: Data) -> None:
    """Take in whose battery it is."""
    pack.known_maker = bytes(data).startswith(pack.believes.maker)


def capacity(read: Callable[[Data], float | None] = frames.read_capacity) -> Hear:
    """Take the capacity in, Ah."""

    def hear(pack: Pack, data: Data) -> None:
        pack.capacity = read(data)

    return hear


def both(*ways: Hear) -> Hear:
    """Take several things in out of one message."""

    def hear(pack: Pack, data: Data) -> None:
        for way in ways:
            way(pack, data)

    return hear
