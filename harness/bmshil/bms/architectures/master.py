"""One pack reads the others over a link and speaks for all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bms.architectures.architecture import Architecture
from bmshil.bms.architectures.generations import unfit_master
from bmshil.bms.architectures.group import Group
from bmshil.bms.architectures.inter_pack import FIRST_ADDRESS
from bmshil.bms.architectures.succession import Succession
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline


class Master(Architecture):
    """Slaves report to a master over RS485, and the master speaks for the bank on CAN.

    A slave that does not answer for the time-out of the link no longer counts: capacity, limits, extremes
    and the number of modules are those of the others. A master that is lost leaves the bank silent, unless
    another takes over: see :class:`~bmshil.bms.architectures.succession.Succession`.

    Attributes:
        group: the packs on the link, the intended master first.
        succession: who is master, and who comes next.
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        (chain,) = fleet.addressing.chains
        nodes = [fleet[number] for number in chain]
        self.group = Group(
            "bank",
            nodes,
            link=settings.link,
            arithmetic=settings.arithmetic,
            timeline=timeline,
            journal=journal,
        )
        self.succession = Succession(self.group, settings.failover, timeline, journal)
        self._usual = dict(fleet.addressing.usual)
        self._wired: dict[int, Setting] = {}
        self._powered = False
        for node in fleet:
            node.voice = partial(self._say, node.number)

    @property
    def speakers(self) -> tuple[int, ...]:
        """Packs on the bus of the inverter: masters, and packs whose CAN port is connected by mistake."""
        masters = self.succession.masters if self._powered else (self.settings.master,)
        strays = [one.number for one in self._wired.values() if one.speaks and not one.master]
        return (*(number for number in masters if self._on_the_bus(number)), *strays)

    @property
    def present(self) -> tuple[int, ...]:
        """Packs that the latest master counts, itself included; none without a master.

        Where switches and cables make several masters it is the latest one on the bus of the inverter.
        """
        masters = sorted(self.succession.masters, key=self._on_the_bus)
        return self.group.present(masters[-1]) if masters else ()

    @property
    def arithmetic(self) -> str:
        """Name of how the values of many become one; see ``bms.arithmetic``. May be set at any time.

        Raises:
            InputError: nobody knows the name.
        """
        return self.group.arithmetic

    @arithmetic.setter
    def arithmetic(self, name: str) -> None:
        self._timeline.call(lambda: setattr(self.group, "arithmetic", name))
        self._tell("arithmetic", name=name)

    @property
    def polls(self) -> int:
        """Questions on the link so far."""
        return self.group.polls

    @property
    def errors(self) -> int:
        """Garbled answers on the link so far."""
        return self.group.errors

    @property
    def collisions(self) -> int:
        """Messages on the link that began while another was on it."""
        return self.group.line.collisions

    @property
    def findings(self) -> tuple[str, ...]:
        """What is wrong with the choice of the master, a line each."""
        master = self.fleet[self.settings.master].pack
        return tuple(unfit_master(master, (node.pack for node in self.fleet if node.pack is not master)))

    def start(self) -> None:
        """Let the master begin to ask."""
        self._powered = True
        for finding in self.findings:
            self._tell("finding", text=finding)
        self._appoint()

    def stop(self) -> None:
        """Silence on the link and on CAN."""
        self._powered = False
        self.succession.clear()

    def reset(self) -> None:
        """Mend the link, and let the first master be the only one again, with its own arithmetic."""
        for number in self.group.lost:
            self.group.restore(number)
        self.group.arithmetic = self.settings.arithmetic
        self.succession.failover = self.settings.failover
        if self._powered and self.succession.masters != self._intended:
            self._appoint()

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """Addresses and masters are those that the switches and cables make."""
        first = self.group.numbers[0]
        self._usual = self.fleet.addressing.usual
        self._wired = {
            number: one
            for number, one in settings.items()
            if one.master is not (number == first)
            or one.speaks is not (number == first)
            or one.address != self._usual[number]
        }
        for number, one in settings.items():
            self.group.readdress(number, self._on_the_link(number, one.address))
            self.group.sever(number, one.head != settings[first].head)
        if self._powered and self.succession.masters != self._intended:
            self._appoint()

    def lose(self, pack: int) -> None:
        """Break the link at a slave. Its master notices after the time-out.

        Raises:
            InputError: no slave on the link.
        """
        if pack in self.succession.masters:
            raise InputError(f"pack {pack} is the master: use lose_master")
        self._timeline.call(lambda: self.group.lose(pack))
        self._tell("link broken", pack=pack)

    def restore(self, pack: int) -> None:
        """Mend the link at a slave.

        Raises:
            InputError: no pack on the link.
        """
        self._timeline.call(lambda: self.group.restore(pack))
        self._tell("link mended", pack=pack)

    def lose_master(self) -> None:
        """Let the master that speaks fall silent on CAN and on the link. Its contactor stays closed.

        Raises:
            InputError: nobody speaks.
        """
        self._timeline.call(self.succession.lose)

    def restore_master(self) -> None:
        """Let the master that was lost last come back, as after a restart.

        Raises:
            InputError: no master was lost.
        """
        self._timeline.call(self.succession.restore)

    def promote(self, pack: int) -> None:
        """Make another pack the master by hand, as one who changes the address of a JK BMS from 2 to 1.

        It speaks as soon as it has read the others. A master that still speaks yields, or goes on beside the
        new one, as ``failover.returning`` says.

        Raises:
            InputError: no such pack, or it is the master already.
        """
        self._timeline.call(lambda: self.succession.promote(pack))

    @property
    def _intended(self) -> tuple[int, ...]:
        """Masters by switches and cables."""
        first = self.group.numbers[0]
        return tuple(
            number
            for number in self.group.numbers
            if (self._wired[number].master if number in self._wired else number == first)
        )

    def _on_the_link(self, number: int, address: int | None) -> int:
        """The address of a pack as its master asks for it: makers count from 0, 1 or 2."""
        usual, first = self._usual[number], self._usual[self.group.numbers[0]]
        if address is None or usual is None or first is None:
            return FIRST_ADDRESS + self.group.numbers.index(number)
        return FIRST_ADDRESS + address - first

    def _on_the_bus(self, number: int) -> bool:
        """Whether the CAN port of a master is connected."""
        return number not in self._wired or self._wired[number].speaks

    def _appoint(self) -> None:
        self.succession.clear()
        for number in self._intended:
            self.succession.appoint(number)

    def _say(self, number: int, own: Report) -> Report | None:
        wired = self._wired.get(number)
        if not self._on_the_bus(number):
            return None
        if number in self.succession.masters:
            return self.group.say(number, own)
        return own if wired is not None and not wired.master else None

    def _tell(self, step: str, **data: object) -> None:
        self._journal.event("architecture", "bank", step=step, **data)
