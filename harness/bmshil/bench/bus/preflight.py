"""Listening to a bus before anybody speaks on it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bmshil.bench.assembly import open_emulator
from bmshil.bench.fitness.needs import known_capabilities
from bmshil.inverter import KeepAliveWatch
from bmshil.ports import Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.journal import Frame
    from bmshil.ports import PortHealth
    from bmshil.rig import Rig
    from bmshil.timeline import Nanoseconds

Identifier = tuple[int, bool]


class Heard(NamedTuple):
    """What one adapter has heard.

    Attributes:
        role: of the adapter.
        quiet: whether it neither sent nor acknowledged meanwhile.
        health: its counters.
        identifiers: how often each was heard; identifier and whether it has 29 bits.
        keepalives: how often the device's keep-alive was among them.
    """

    role: str
    quiet: bool
    health: PortHealth
    identifiers: Mapping[Identifier, int]
    keepalives: int

    @property
    def finding(self) -> str:
        """What that means for the bit rate, in words."""
        frames, errors = self.health.received, self.health.error_frames
        if frames and not errors:
            return "the bit rate fits"
        if frames:
            return "the bit rate fits, but frames are destroyed: look at cable and terminators"
        if errors:
            return "another bit rate, or a bad cable"
        return "silent: no power, no cable, or nobody who speaks unasked"


def listen(rig: Rig, seconds: float) -> tuple[Heard, ...]:
    """Open the adapters of a rig for a while and only listen, where they can; nothing else is opened.

    Args:
        rig: from ``load``.
        seconds: of real time.

    Returns:
        One for each adapter of the bench.

    Raises:
        RigError: the rig is refused as it is, or held by another run.
        PortError: an adapter is missing or refuses.
    """
    can = {
        role: msgspec.structs.replace(
            channel,
            listen_only=channel.listen_only or Capability.LISTEN_ONLY in known_capabilities(rig, role),
        )
        for role, channel in rig.can.items()
    }
    identifiers: dict[str, Counter[Identifier]] = {}
    watches: dict[str, KeepAliveWatch] = {}
    with open_emulator(dataclasses.replace(rig, can=can), purpose="check") as house:
        for role, port in house.ports.items():
            identifiers[role] = Counter()
            watches[role] = KeepAliveWatch(rig.profile.declares.keepalive)
            port.subscribe(partial(_count, identifiers[role]))
            port.subscribe(watches[role].hear)
        house.timeline.run(seconds)
        return tuple(
            Heard(
                role, can[role].listen_only, port.health, dict(sorted(identifiers[role].items())),
                watches[role].count,
            )
            for role, port in house.ports.items()
        )  # fmt: skip


def _count(counter: Counter[Identifier], _when: Nanoseconds, frame: Frame) -> None:
    counter[frame.id, frame.extended] += 1
