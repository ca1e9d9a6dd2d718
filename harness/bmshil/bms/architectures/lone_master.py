"""One pack reports itself as the bank, and no link tells it of the others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.addressing.effects import silence, speak_as_wired
from bmshil.bms.architectures.architecture import OneSpeaker
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Periodic, Timeline

PERIOD = 1.0
"""Distance of two samples of the drift, s."""


class LoneMaster(OneSpeaker):
    """The pack that is wired to the inverter says its own SOC, limits, cells and alarms for all.

    The others protect themselves and nothing else. The master counts the current through itself alone. Where
    the packs do not share by their capacities its SOC leaves that of the bank: with 70 A and 30 A of 100 A
    two packs of 100 Ah stand at 30 % and 70 % after an hour from full, the master says 30 %, and the bank
    has 50 %. A pack that trips or carries too much is unknown to the inverter. Nobody takes over by itself.

    While the bank is powered the journal gets a sample per second of ``master.soc``, ``bank.soc`` and
    ``soc.drift``, all 0..1.

    The only thing said of the bank is its capacity, as the installer has entered it:
    ``ArchitectureSettings.capacity``.

    Source: field article on master and slave BMSs, "JK BMS multi-pack single-master without inter-BMS
        communication"; syssi/esphome-jk-bms: older generations have no link between packs.
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        self._capacity = settings.capacity or sum(node.pack.capacity for node in fleet)
        self._channels = [journal.channel(name, "1") for name in ("master.soc", "bank.soc", "soc.drift")]
        self._sampling: Periodic | None = None
        self.fleet[settings.master].voice = self._for_the_bank

    @property
    def bank_soc(self) -> float:
        """What the bank really has, all packs weighted by capacity, 0..1. Nobody on the site knows it."""
        packs = [node.pack for node in self.fleet]
        return sum(pack.soc * pack.capacity for pack in packs) / sum(pack.capacity for pack in packs)

    @property
    def drift(self) -> float | None:
        """How far the SOC that is said stands above that of the bank, 0..1; None while nobody speaks."""
        said = self.said
        return said[0].soc - self.bank_soc if said else None

    def promote(self, number: int) -> None:
        """Give another pack the address and the cable of the master, as somebody on site does.

        The field article gives it about five minutes; here it is done at once.

        Raises:
            InputError: no pack has this number.
        """
        if not 1 <= number <= len(self.fleet):
            raise InputError(f"no pack {number} to promote, the bank has packs 1 to {len(self.fleet)}")

        def run() -> None:
            for node in self.fleet:
                node.voice = self._for_the_bank if node.number == number else silence
            self._journal.event("architecture", "bank", text=f"pack {number} is made the master by hand")

        self._timeline.call(run)

    def start(self) -> None:
        """Sample from now on."""
        if self._sampling is None:
            self._sampling = self._timeline.every(PERIOD, self._sample)

    def stop(self) -> None:
        """Sample no more."""
        if self._sampling is not None:
            self._sampling.cancel()
            self._sampling = None

    def reset(self) -> None:
        """The pack of the rig file is the master again."""
        for node in self.fleet:
            node.voice = self._for_the_bank if node.number == self.settings.master else silence

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """Whoever is on the bus says its own values; a master says them for the bank."""
        speak_as_wired(self.fleet, settings, {node.number: self._for_the_bank for node in self.fleet})

    def _for_the_bank(self, own: Report) -> Report:
        return replace(own, capacity=self._capacity)

    def _sample(self) -> None:
        said = self.said
        if said:
            bank = self.bank_soc
            for channel, value in zip(self._channels, (said[0].soc, bank, said[0].soc - bank), strict=True):
                self._journal.sample(channel, value)
