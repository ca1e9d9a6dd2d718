"""What a battery answers to each command of Pylontech RS485."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmshil.dialects.pylontech_rs485 import (
    Command,
    FrameFault,
    Rtn,
    Tell,
    alarms,
    analog,
    identity,
    maker,
    management,
    parameters,
    system_alarms,
    system_analog,
    system_basics,
    system_limits,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bmshil.dialects import Report
    from bmshil.dialects.pack_data import PackData


@dataclass(frozen=True, slots=True)
class Asked:
    """One command, and what there is to answer it with.

    Attributes:
        value: what the reply repeats: the address of the pack, or the number of packs where all are asked.
        packs: the one, or all.
        report: of the one, or of the whole system for its commands; set-points of a host are in it.
        parameters: gives those of the one; None for a battery that does not tell.
        tell: is called for each value that does not fit.
    """

    value: int
    packs: Sequence[PackData]
    report: Report
    parameters: Callable[[], parameters.Parameters] | None
    tell: Tell


def _analog(asked: Asked) -> bytes:
    return analog.encode([analog.PackAnalog.of(pack) for pack in asked.packs], asked.value, tell=asked.tell)


def _alarms(asked: Asked) -> bytes:
    return alarms.encode([alarms.PackAlarms.of(pack) for pack in asked.packs], asked.value)


def _parameters(asked: Asked) -> bytes:
    if asked.parameters is None:
        raise FrameFault("this battery tells no thresholds", Rtn.CID2)
    return parameters.encode(asked.parameters(), tell=asked.tell)


def _maker(asked: Asked) -> bytes:
    first = asked.packs[0]
    return maker.encode(maker.Maker(first.name, first.version, first.report.manufacturer), tell=asked.tell)


def _management(asked: Asked) -> bytes:
    return management.encode(management.Management.of(asked.report), asked.value, tell=asked.tell)


def _serial(asked: Asked) -> bytes:
    return identity.encode_serial(asked.packs[0].serial, asked.value, tell=asked.tell)


def _software(asked: Asked) -> bytes:
    version = asked.packs[0].version
    return identity.encode_software(identity.Software(version, (*version, 0)), asked.value, tell=asked.tell)


def _basics(asked: Asked) -> bytes:
    first = asked.packs[0]
    serials = tuple(pack.serial for pack in asked.packs)
    return system_basics.encode(
        system_basics.SystemBasics(first.name, first.report.manufacturer, first.version, serials),
        tell=asked.tell,
    )


def _system_analog(asked: Asked) -> bytes:
    return system_analog.encode(system_analog.SystemAnalog.of(asked.report, asked.packs), tell=asked.tell)


def _system_alarms(asked: Asked) -> bytes:
    return system_alarms.encode(asked.report)


def _system_limits(asked: Asked) -> bytes:
    return system_limits.encode(management.Management.of(asked.report), tell=asked.tell)


def _nothing(_asked: Asked) -> bytes:
    return b""


ANSWERS: Mapping[Command, Callable[[Asked], bytes]] = {
    Command.ANALOG: _analog,
    Command.ALARMS: _alarms,
    Command.PARAMETERS: _parameters,
    Command.VERSION: _nothing,
    Command.MAKER: _maker,
    Command.SYSTEM_BASICS: _basics,
    Command.SYSTEM_ANALOG: _system_analog,
    Command.SYSTEM_ALARMS: _system_alarms,
    Command.SYSTEM_LIMITS: _system_limits,
    Command.MANAGEMENT: _management,
    Command.SERIAL: _serial,
    Command.SET: _nothing,
    Command.OFF: _nothing,
    Command.SOFTWARE: _software,
}
"""INFO of the reply to each command; FrameFault where the battery does not know it."""

OF_THE_SYSTEM = frozenset(
    {Command.SYSTEM_BASICS, Command.SYSTEM_ANALOG, Command.SYSTEM_ALARMS, Command.SYSTEM_LIMITS}
)
"""Commands about the whole system."""
