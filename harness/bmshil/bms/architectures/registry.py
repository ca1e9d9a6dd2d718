"""The architectures by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.architectures.architecture import Architecture, OneSpeaker
from bmshil.bms.architectures.collector import Collector
from bmshil.bms.architectures.gated import Gated
from bmshil.bms.architectures.hub import Hub
from bmshil.bms.architectures.lone_master import LoneMaster
from bmshil.bms.architectures.master import Master
from bmshil.bms.architectures.polled import Polled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.fleet import Fleet
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

ARCHITECTURES: Mapping[str, type[Architecture]] = {
    "parallel": Architecture,
    "single": OneSpeaker,
    "lone_master": LoneMaster,
    "master": Master,
    "collector": Collector,
    "gated": Gated,
    "hub": Hub,
    "polled": Polled,
}


def arrange(
    fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
) -> Architecture:
    """Arrange the nodes of a bank.

    Args:
        fleet: the nodes.
        settings: from the rig file.
        timeline: gives the time.
        journal: where the architecture writes what it does.
    """
    return ARCHITECTURES[settings.kind](fleet, settings, timeline, journal)
