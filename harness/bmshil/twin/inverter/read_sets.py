"""The message sets that the menu of the device offers: what it listens to, and how it takes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bmshil.twin.inverter import frames, sunny_island
from bmshil.twin.inverter.frames import Limits


def _all_or_nothing(data: bytes | bytearray, _before: Limits | None) -> Limits | None:
    return frames.read_limits(data)


def _said_now(data: bytes | bytearray, _before: int) -> int:
    return frames.read_alarm_pairs(data)


def _as_it_is(items: int) -> int:
    return items


@dataclass(frozen=True, slots=True)
class ReadSet:
    """One entry of the menu.

    Attributes:
        messages: what it listens to.
        needed: what it waits for before it works.
        limits: (0x351, limits before) -> limits, or None to keep the last ones.
        soc: 0x355 -> fraction, or None to keep the last one.
        pairs: (0x35A, items before) -> items.
        conditions: items -> conditions in the device's own bits.
        speech: what it sends instead of the payload in its profile; None for that payload.
        forgets: whether values go back to defaults when their message falls silent.
    """

    messages: frozenset[int]
    needed: frozenset[int]
    limits: Callable[[bytes | bytearray, Limits | None], Limits | None] = _all_or_nothing
    soc: Callable[[bytes | bytearray], float | None] = frames.read_soc
    pairs: Callable[[bytes | bytearray, int], int] = _said_now
    conditions: Callable[[int], int] = _as_it_is
    speech: Callable[[sunny_island.Telemetry], Mapping[int, bytes]] | None = None
    forgets: bool = False


_LV = (frames.LIMITS, frames.SOC, frames.MEASUREMENTS)
_PAIRS = frozenset((*_LV, frames.ALARM_PAIRS))

DIALECTS = {
    "pylontech-lv-1.2": ReadSet(
        frozenset((*_LV, frames.ALARM_BITS, frames.REQUESTS, frames.MAKER)),
        frozenset((*_LV, frames.ALARM_BITS)),
    ),
    "pylontech-lv-1.3": ReadSet(_PAIRS | {frames.MAKER, frames.CAPACITY}, _PAIRS),
    "sma-si": ReadSet(
        _PAIRS | {frames.MAKER, frames.CAPACITY},
        _PAIRS,
        limits=sunny_island.read_limits,
        soc=sunny_island.read_soc,
        pairs=sunny_island.read_pairs,
        conditions=sunny_island.conditions,
        speech=sunny_island.speak,
        forgets=True,
    ),
    # On RS485: it listens to nobody on CAN, and waits for the values that those messages would carry.
    **dict.fromkeys(
        ("pylontech-rs485", "growatt-rs485", "voltronic-rs485"), ReadSet(frozenset(), frozenset(_LV))
    ),
    # A wrong choice in the menu: this set polls with 0x301 and listens to none of the others.
    "growatt-lv": ReadSet(frozenset((0x311, 0x313)), frozenset((0x311, 0x313))),
}
