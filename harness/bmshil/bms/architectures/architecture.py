"""What every architecture has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.addressing.effects import Impostors, silence, speak_as_wired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.faults.switchboard import NodeFaults
    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Frame, Journal
    from bmshil.timeline import Nanoseconds, Timeline


class Architecture:
    """Every pack speaks for itself: the parallel bank, from which the other architectures differ.

    An architecture gives its nodes a voice (``Node.voice``) and links them; the fleet tells it when the bank
    is powered up and down. All its callbacks run on the timeline.

    Args:
        fleet: the nodes.
        settings: from the rig file.
        timeline: gives the time.
        journal: where it writes what it does, as events of kind ``architecture``.

    Attributes:
        fleet, settings: as given.
        device: identifiers that the device declares to send, each with whether it has 29 bits.
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        self.fleet = fleet
        self.settings = settings
        self.device: frozenset[tuple[int, bool]] = frozenset()
        self._timeline = timeline
        self._journal = journal
        self._impostors = Impostors(fleet.addressing.usual)

    @property
    def speakers(self) -> tuple[int, ...]:
        """Numbers of the packs that are on the bus of the inverter now."""
        return tuple(node.number for node in self.fleet)

    @property
    def speaking(self) -> bool:
        """Whether everybody who should speak to the inverter is on air."""
        return all(self.fleet[number].on_air for number in self.speakers)

    @property
    def said(self) -> list[Report]:
        """What the inverter is being told now, by each who is on air."""
        return [node.report for node in self.fleet if node.on_air]

    @property
    def faults(self) -> tuple[NodeFaults, ...]:
        """Faults of those who speak to the inverter and are no packs."""
        return ()

    @property
    def sent(self) -> int:
        """Frames handed to the port by those who are no packs."""
        return 0

    def hear(self, when: Nanoseconds, frame: Frame) -> None:
        """Take a frame of the inverter; parallel packs do not listen."""

    def start(self) -> None:
        """The bank is powered up, before its nodes are."""

    def stop(self) -> None:
        """The bank is powered down, after its nodes were."""

    def reset(self) -> None:
        """Forget faults and lost packs; for use with ``Fleet.reset``."""

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """Switches or link cables of the packs were moved.

        Args:
            settings: what each pack is because of them, by its number.
        """
        self._impostors.follow(self.fleet, settings)


class OneSpeaker(Architecture):
    """One pack speaks with its own values, and the others are silent."""

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        for node in fleet:
            if node.number != settings.master:
                node.voice = silence

    @property
    def speakers(self) -> tuple[int, ...]:
        """The one pack, unless cables are in wrong ports."""
        return tuple(node.number for node in self.fleet if node.voice is not silence)

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """Whoever is on the bus says its own values."""
        speak_as_wired(self.fleet, settings, {})
