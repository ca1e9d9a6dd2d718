"""A hub in front of several groups: it speaks for all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bms.addressing.effects import silence
from bmshil.bms.architectures.architecture import Architecture
from bmshil.bms.architectures.carried import carried
from bmshil.bms.architectures.forwarding import forwarding
from bmshil.bms.architectures.group import Group
from bmshil.bms.architectures.hub_port import HubPort
from bmshil.bms.architectures.spokesman import Spokesman
from bmshil.bms.arithmetic import arithmetic
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.faults.switchboard import NodeFaults
    from bmshil.bms.fleet import Fleet
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Periodic, Timeline, Timer

MOST_GROUPS = 6
MOST_PACKS = 16
"""In one group. Source of both: field article on wiring Pylontech modules in parallel."""

START_GAP = 1.0
"""From the START button of one group to that of the next, s: somebody walks along the racks."""

REPORT_PERIOD = 1.0
"""From one report of a group's master to the next, s: that of its CAN messages to an inverter."""


class Hub(Architecture):
    """An LV-Hub: up to six groups of up to 16 packs, each with a master that reads its slaves over a link.

    The masters report to the hub, each on a port of its own, and the hub speaks to the inverter under the
    base identifiers. The links carry real bytes. What a master tells the hub is one report per second, no
    bytes: nobody has published that bus. No arithmetic of the hub is published either: it makes the groups
    one by the same rule by which each master makes its packs one (``settings.arithmetic``).

    The bank starts as the installer starts it: the groups one after the other, then, when all of them run,
    the hub. A group counts once its master was heard, which its port LED shows, and no longer when that one
    has been silent for ``settings.link.timeout``. Limits and capacity are then those of the others, although
    its packs are still on the DC bus.

    Attributes:
        ports: the ports, from 1 on, with their groups.
        spokesman: the speaking half of the hub.

    Raises:
        InputError: more groups or packs than a hub takes, or a rule that nobody knows.

    Source: field article on wiring Pylontech modules in parallel (start order, LEDs, 6 x 16).
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        _check(settings)
        self.forwards = settings.forwards
        self._combine = arithmetic(settings.arithmetic)
        self._powered_at: float | None = None
        self._starting: list[Timer] = []
        self._reporting: Periodic | None = None
        self.ports = tuple(
            self._port(number, chain) for number, chain in enumerate(fleet.addressing.chains, start=1)
        )
        self.spokesman = Spokesman(fleet, "hub", self._say, timeline, journal)
        for node in fleet:
            node.voice = silence

    @property
    def forwards(self) -> str:
        """Name of what the hub says of its groups; see ``forwarding``. May be set at any time."""
        return self._forwards

    @forwards.setter
    def forwards(self, name: str) -> None:
        self._forward = forwarding(name)
        self._forwards = name

    @property
    def leds(self) -> tuple[bool, ...]:
        """The LED of each port: whether its group is detected."""
        return tuple(port.detected for port in self.ports)

    @property
    def detected(self) -> int:
        """How many groups are detected."""
        return sum(self.leds)

    @property
    def polls(self) -> int:
        """Questions on all links so far."""
        return sum(port.group.polls for port in self.ports)

    @property
    def errors(self) -> int:
        """Garbled answers on all links so far."""
        return sum(port.group.errors for port in self.ports)

    @property
    def speakers(self) -> tuple[int, ...]:
        """No pack is on the bus of the inverter."""
        return ()

    @property
    def speaking(self) -> bool:
        """Whether the hub is on air."""
        return self.spokesman.report is not None

    @property
    def said(self) -> list[Report]:
        """What the hub says."""
        said = self.spokesman.report
        return [] if said is None else [said]

    @property
    def faults(self) -> tuple[NodeFaults, ...]:
        """Those of the hub."""
        return (self.spokesman.faults,)

    @property
    def sent(self) -> int:
        """Frames of the hub."""
        return self.spokesman.sent

    def start(self) -> None:
        """Start the groups, one after the other; the hub follows when all of them run."""
        self._starting = [
            self._timeline.after(place * START_GAP, partial(self._start_group, port))
            for place, port in enumerate(self.ports)
        ]
        self._reporting = self._timeline.every(REPORT_PERIOD, self._listen, phase=REPORT_PERIOD)

    def stop(self) -> None:
        """Everybody falls silent, and the hub forgets its groups."""
        for timer in self._starting:
            timer.cancel()
        self._starting.clear()
        if self._reporting is not None:
            self._reporting.cancel()
            self._reporting = None
        self.spokesman.stop()
        self._powered_at = None
        for port in self.ports:
            port.group.stop()
            port.forget()

    def reset(self) -> None:
        """Mend all links and cables, and forward as the rig says."""
        self.forwards = self.settings.forwards
        for port in self.ports:
            port.plugged = True
            for number in port.group.lost:
                port.group.restore(number)

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """A port hears its master while that one's CAN cable is in, and packs without link cable are lost.

        Other packs whose CAN port is connected reach no port of the hub, and nothing happens.
        """
        for port in self.ports:
            master = settings[port.master.number]
            port.plugged = master.speaks
            for number in port.group.numbers:
                port.group.sever(number, settings[number].head != master.head)

    def lose_group(self, number: int) -> None:
        """Pull the cable of a group out of the hub. The hub notices after the time-out.

        Raises:
            InputError: no such group.
        """
        self._plug(number, plugged=False)

    def restore_group(self, number: int) -> None:
        """Put the cable of a group back.

        Raises:
            InputError: no such group.
        """
        self._plug(number, plugged=True)

    def lose(self, pack: int) -> None:
        """Break the link of a group at one of its slaves. The master notices after the time-out.

        Raises:
            InputError: no slave of a group.
        """
        port = self._of(pack)
        if pack == port.master.number:
            raise InputError(f"pack {pack} is the master of group {port.number}: use lose_group")
        self._timeline.call(lambda: port.group.lose(pack))
        self._tell("link broken", pack=pack)

    def restore(self, pack: int) -> None:
        """Mend the link of a group at one of its packs.

        Raises:
            InputError: no pack of a group.
        """
        port = self._of(pack)
        self._timeline.call(lambda: port.group.restore(pack))
        self._tell("link mended", pack=pack)

    def _port(self, number: int, chain: Sequence[int]) -> HubPort:
        nodes = [self.fleet[pack] for pack in chain]
        group = Group(
            f"group {number}",
            nodes,
            link=self.settings.link,
            arithmetic=self.settings.arithmetic,
            timeline=self._timeline,
            journal=self._journal,
        )
        return HubPort(number, group, nodes[0], 1 / sum(1 / node.pack.resistance for node in nodes))

    def _start_group(self, port: HubPort) -> None:
        self._tell("group started", group=port.number)
        port.group.appoint(port.master.number)

    def _listen(self) -> None:
        """Once per second: hear the masters, or wait until all run and power the hub up."""
        now = self._timeline.seconds
        if self._powered_at is None:
            if all(port.running for port in self.ports):
                self._tell("hub started")
                self._powered_at = now
            return
        for port in self.ports:
            if port.listen(now):
                self._tell("group detected", group=port.number)
            elif port.lose(now, self.settings.link.timeout):
                self._tell("group lost", group=port.number)
        self.spokesman.start()

    def _say(self) -> Report | None:
        groups = [port.member for port in self.ports]
        said = self._combine(self._forward([one for one in groups if one is not None]))
        return None if said is None else carried(said)

    def _plug(self, number: int, *, plugged: bool) -> None:
        port = next((one for one in self.ports if one.number == number), None)
        if port is None:
            raise InputError(f"no group {number}, the hub has groups 1 to {len(self.ports)}")
        self._timeline.call(lambda: setattr(port, "plugged", plugged))
        self._tell("cable in" if plugged else "cable out", group=number)

    def _of(self, pack: int) -> HubPort:
        for port in self.ports:
            if pack in port.group.numbers:
                return port
        raise InputError(f"no pack {pack} in any group of the hub")

    def _tell(self, step: str, **data: object) -> None:
        self._journal.event("architecture", "hub", step=step, **data)


def _check(settings: ArchitectureSettings) -> None:
    groups = settings.groups
    if not groups or len(groups) > MOST_GROUPS or max(groups) > MOST_PACKS:
        said = f"{len(groups)} groups of at most {max(groups, default=0)} packs"
        raise InputError(f"architecture.groups: {said}: a hub takes 1 to {MOST_GROUPS} of 1 to {MOST_PACKS}")
