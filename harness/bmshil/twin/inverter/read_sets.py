"""The message sets that the menu of the device offers: what it listens to, and how it takes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bmshil.twin.inverter import (
    byd_host,
    deye_pcs,
    frames,
    growatt,
    hearing,
    luxpower,
    misreadings,
    pylontech_host,
    sofar,
    solark,
    sunny_island,
    venus,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bmshil.twin.inverter.hearing import Hear

ROLES = {"limits": 0x351, "state": 0x355, "measured": 0x356, "requests": 0x35C}
"""The messages that devices watch one by one, as most dialects number them."""


@dataclass(frozen=True, slots=True)
class ReadSet:
    """One entry of the menu.

    Attributes:
        hears: what it listens to, by base identifier, and how it takes it in.
        needed: what it waits for before it works.
        roles: which of them carry limits, state of charge, measured values and requests.
        answers: after which messages it speaks, where its keep-alive is an answer.
        fresh: a message counts as present when it was heard within this time, s.
        speech: what it sends instead of the payload in its profile; None for that payload.
        forgets: whether values go back to defaults when their message falls silent.
        extended: whether its identifiers have 29 bits whatever the scheme.
        asks: what it asks together with its keep-alive.
        overlooks: messages that each pack has at base + (address - 1), and that it reads nothing out of.
    """

    hears: Mapping[int, Hear]
    needed: frozenset[int]
    roles: Mapping[str, int] = field(default_factory=lambda: ROLES)
    answers: frozenset[int] = frozenset((frames.MEASUREMENTS,))
    fresh: float = 5.0
    speech: Callable[[sunny_island.Telemetry], Mapping[int, bytes]] | None = None
    forgets: bool = False
    extended: bool = False
    asks: tuple[frames.Ask, ...] = ()
    overlooks: tuple[int, ...] = ()


_LV: Mapping[int, Hear] = {
    frames.LIMITS: hearing.limits(),
    frames.SOC: hearing.soc(),
    frames.MEASUREMENTS: hearing.measured(),
}
_PAIRS = {
    **_LV,
    frames.ALARM_PAIRS: hearing.alarm_pairs(),
    frames.MAKER: hearing.maker,
    frames.CAPACITY: hearing.capacity(),
}
_LV_NEEDED = frozenset(_LV)
_PAIRS_NEEDED = _LV_NEEDED | {frames.ALARM_PAIRS}

_BITS = {
    **_LV,
    frames.ALARM_BITS: hearing.alarm_bits(),
    frames.REQUESTS: hearing.enables(),
    frames.MAKER: hearing.maker,
}
_BITS_NEEDED = _LV_NEEDED | {frames.ALARM_BITS}
_VENUS = ReadSet(
    {
        **_PAIRS,
        **dict.fromkeys(venus.UNREAD, hearing.nothing),
        # 0x35F has what is left, not what is installed.
        frames.CAPACITY: hearing.nothing,
        venus.EXTREMES: venus.extremes,
        venus.INSTALLED: hearing.capacity(venus.read_installed),
    },
    _PAIRS_NEEDED,
    fresh=venus.FRESH,
    speech=venus.speak,
)
_LUX = ReadSet({**_BITS, frames.ALARM_BITS: luxpower.protections}, _BITS_NEEDED)
_DEYE = ReadSet(
    {
        **_BITS,
        **dict.fromkeys(deye_pcs.UNREAD, hearing.nothing),
        frames.MEASUREMENTS: hearing.measured(deye_pcs.read_measured),
        frames.ALARM_BITS: hearing.alarm_bits(deye_pcs.read_alarms, deye_pcs.read_no_modules),
        deye_pcs.MODULES: deye_pcs.modules,
        deye_pcs.LIMITS_ON_GRID: deye_pcs.limits_on_grid,
        frames.MAKER: deye_pcs.name,
    },
    _BITS_NEEDED | {deye_pcs.LIMITS_ON_GRID},
    speech=deye_pcs.speak,
    overlooks=deye_pcs.OF_EACH_PACK,
)


def _growatt(*, big_endian: bool = True) -> ReadSet:
    needed = frozenset((growatt.LIMITS, growatt.PROTECTIONS, growatt.MEASUREMENTS))
    return ReadSet(growatt.hears(big_endian=big_endian), needed, roles=growatt.ROLES)


def _pylontech_hv(host: pylontech_host.Host) -> ReadSet:
    return ReadSet(
        host.hears(),
        frozenset((pylontech_host.MEASUREMENTS, pylontech_host.LIMITS, pylontech_host.STATUS)),
        roles=pylontech_host.ROLES,
        extended=True,
        # What it sends each second asks for the ensemble; now and then it asks what the piles consist of.
        asks=(frames.Ask(0x4200, True, bytes((2, 0, 0, 0, 0, 0, 0, 0)), every=10),),
    )


DIALECTS = {
    "pylontech-lv-1.2": ReadSet(_BITS, _BITS_NEEDED),
    "pylontech-lv-1.3": ReadSet(_PAIRS, _PAIRS_NEEDED),
    "sma-si": ReadSet(
        {
            **_PAIRS,
            frames.LIMITS: hearing.limits(sunny_island.read_limits),
            frames.SOC: hearing.soc(sunny_island.read_soc),
            frames.ALARM_PAIRS: hearing.alarm_pairs(sunny_island.read_pairs, sunny_island.conditions),
        },
        _PAIRS_NEEDED,
        speech=sunny_island.speak,
        forgets=True,
    ),
    "victron": _VENUS,
    "victron read with limits exchanged": misreadings.limits_exchanged(_VENUS),
    "byd-lvs": _VENUS,
    "solark-1.3": ReadSet(
        {
            **_BITS,
            frames.MEASUREMENTS: hearing.measured(solark.read_measured),
            solark.INSTALLED: hearing.capacity(venus.read_installed),
        },
        _BITS_NEEDED,
    ),
    "luxpower": _LUX,
    "luxpower read high byte first": misreadings.high_byte_first(_LUX),
    # SEPLOS CANBUS Protocol V1.0: the Pylontech set; two more messages are shown, and obeyed by nobody.
    "seplos": ReadSet({**_BITS, 0x070: hearing.nothing, 0x371: hearing.nothing}, _BITS_NEEDED),
    "deye-pcs-3.3": _DEYE,
    "deye-pcs-3.3 read without 0x371": misreadings.without(_DEYE, deye_pcs.LIMITS_ON_GRID),
    "deye-pcs-3.3 read with alarms of pylontech": misreadings.alarms_of_pylontech(_DEYE),
    # On RS485: it listens to nobody on CAN, and waits for the values that those messages would carry.
    **dict.fromkeys(("pylontech-rs485", "growatt-rs485", "voltronic-rs485"), ReadSet({}, _LV_NEEDED)),
    # It polls with 0x301; batteries of other dialects do not answer that, so as a wrong choice in the menu
    # it hears nothing.
    "growatt-lv": _growatt(),
    "growatt-lv read little-endian": _growatt(big_endian=False),
    "sofar-ext": ReadSet(
        {
            **_PAIRS,
            frames.MEASUREMENTS: hearing.measured(sofar.read_measured),
            sofar.PERMISSIONS: hearing.enables(sofar.read_permissions),
            **dict.fromkeys(sofar.ANSWERS, hearing.nothing),
        },
        _PAIRS_NEEDED,
        roles=sofar.ROLES,
        extended=True,
        asks=sofar.ASKS,
    ),
    **{
        f"pylontech-hv{name}": _pylontech_hv(pylontech_host.Host(*variant))
        for name, variant in (
            ("", (False, True, False)),
            ("-msb", (True, True, False)),
            ("-no-offset", (False, False, False)),
            ("-msb-no-offset", (True, False, False)),
            ("-dcl-minus", (False, True, True)),
        )
    },
    "byd-hvs": ReadSet(
        {
            byd_host.LIMITS: hearing.limits(byd_host.read_limits),
            byd_host.STATE: hearing.both(
                hearing.soc(byd_host.read_soc), hearing.capacity(byd_host.read_capacity)
            ),
            byd_host.MEASUREMENTS: hearing.measured(byd_host.read_measured),
            **dict.fromkeys(byd_host.UNREAD, hearing.nothing),
        },
        frozenset((byd_host.LIMITS, byd_host.STATE, byd_host.MEASUREMENTS)),
        roles=byd_host.ROLES,
        fresh=byd_host.FRESH,
        # What it sends each second is its brand; now and then it asks who the battery is.
        asks=(frames.Ask(0x151, False, bytes((1, 0, 0, 0, 0, 0, 0, 0)), every=60),),
    ),
}
