"""Packs with identifiers of their own on the bus of a collector, which speaks to the inverter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from bmshil.bms.addressing.effects import silence
from bmshil.bms.architectures.architecture import Architecture
from bmshil.bms.architectures.carried import carried
from bmshil.bms.architectures.spokesman import Spokesman
from bmshil.bms.arithmetic import Member, arithmetic
from bmshil.errors import InputError
from bmshil.timeline import Nanoseconds, to_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.faults.switchboard import NodeFaults
    from bmshil.bms.fleet import Fleet
    from bmshil.bms.node import Node
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

Choice = Callable[[Sequence[Member], "ArchitectureSettings"], Sequence[Member]]
"""From the packs that are there, in the order in which they were heard first, to those that count."""


def lowest_instance(present: Sequence[Member], _settings: ArchitectureSettings) -> Sequence[Member]:
    """The one with the lowest instance, which is its number; with that one lost the next lowest.

    Source: victronenergy/dbus-systemcalc-py, automatic choice of the battery service and of the BMS.
    """
    return sorted(present, key=lambda one: one.number)[:1]


def first_heard(present: Sequence[Member], _settings: ArchitectureSettings) -> Sequence[Member]:
    """The one that was heard first: by chance, as all have the same instance.

    Source: victronenergy/venus#1168: every CAN BMS had instance 512, and which one was in control changed
        with each start.
    """
    return present[:1]


def named(present: Sequence[Member], settings: ArchitectureSettings) -> Sequence[Member]:
    """The one that somebody has chosen in the menu (``settings.master``), and no other in its place.

    Source: victronenergy/dbus-systemcalc-py, explicit setting of the controlling BMS.
    """
    return [one for one in present if one.number == settings.master]


def everybody(present: Sequence[Member], _settings: ArchitectureSettings) -> Sequence[Member]:
    """All of them, made one by ``settings.arithmetic``: an aggregator that runs on the collector.

    Source: Dr-Gigavolt/dbus-aggregate-batteries, pulquero/BatteryAggregator. A field article on master and
        slave BMSs says that a Victron GX does so by itself; its code picks one.
    """
    return present


CHOICES: Mapping[str, Choice] = {
    "lowest_instance": lowest_instance,
    "first_heard": first_heard,
    "named": named,
    "all": everybody,
}
"""The rules of ``ArchitectureSettings.chooses``."""


class Heard(NamedTuple):
    """The last report of a pack, and when it came."""

    number: int
    when: Nanoseconds
    report: Report


class Collector(Architecture):
    """A device such as a Victron GX: it hears all packs on a bus of their own and speaks for the bank.

    The packs' bus is not the inverter's. It carries one report of each pack per period, no bytes; the
    inverter hears the collector alone, under the base identifiers. So a pack that falls silent is silent
    towards the collector, which still counts it for ``settings.link.timeout``.

    A collector that has lost the pack it had chosen falls silent itself, unless its rule takes another.
    Chargers behind a Victron GX then stop by their own time-out (error 67, no BMS). Two packs with one
    address are one to it, with values that alternate.

    Raises:
        InputError: nobody knows the rule or the arithmetic.

    Source: victronenergy/dbus-systemcalc-py (dvcc.py, batteryservice.py).
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        if settings.chooses not in CHOICES:
            near = get_close_matches(settings.chooses, CHOICES, 1)
            meant = f"; did you mean {near[0]}?" if near else "."
            raise InputError(
                f"no collector chooses by {settings.chooses!r}{meant} Known: {', '.join(CHOICES)}"
            )
        self._choose = CHOICES[settings.chooses]
        self._combine = arithmetic(settings.arithmetic)
        self._timeout = to_ns(settings.link.timeout)
        self._addresses: dict[int, int] = {node.number: node.number for node in fleet}
        self._heard: dict[int, Heard] = {}
        self._chosen: tuple[int, ...] = ()
        self.spokesman = Spokesman(fleet, "collector", self._say, timeline, journal)
        for node in fleet:
            node.voice = silence

    @property
    def members(self) -> list[Member]:
        """All packs that were ever heard, in the order of the first time."""
        now = self._timeline.now
        return [
            Member(one.number, one.report, now - one.when <= self._timeout, self._node(one).pack.resistance)
            for one in self._heard.values()
        ]

    @property
    def chosen(self) -> tuple[int, ...]:
        """Numbers of the packs whose values are said; empty while the collector is silent."""
        return self._chosen

    @property
    def speakers(self) -> tuple[int, ...]:
        """No pack is on the bus of the inverter."""
        return ()

    @property
    def speaking(self) -> bool:
        """Whether the collector is on air."""
        return self.spokesman.report is not None

    @property
    def said(self) -> list[Report]:
        """What the collector says."""
        said = self.spokesman.report
        return [] if said is None else [said]

    @property
    def faults(self) -> tuple[NodeFaults, ...]:
        """Those of the collector."""
        return (self.spokesman.faults,)

    @property
    def sent(self) -> int:
        """Frames of the collector."""
        return self.spokesman.sent

    def start(self) -> None:
        """The collector is powered with the bank."""
        self.spokesman.start()

    def stop(self) -> None:
        """It forgets everybody."""
        self.spokesman.stop()
        self.reset()

    def reset(self) -> None:
        """Forget who was heard, as after a restart of the collector."""
        self._heard.clear()
        self._chosen = ()

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """A pack is heard under its address, or not at all without a cable."""
        self._heard.clear()
        self._addresses = {
            number: number if one.address is None else one.address
            for number, one in settings.items()
            if one.speaks
        }

    def _node(self, heard: Heard) -> Node:
        return self.fleet[heard.number]

    def _listen(self) -> None:
        now = self._timeline.now
        for node in self.fleet:
            address = self._addresses.get(node.number)
            told = None if address is None else node.told
            if address is not None and told is not None:
                self._heard[address] = Heard(node.number, now, told)

    def _say(self) -> Report | None:
        self._listen()
        members = self.members
        chosen = self._choose([one for one in members if one.present], self.settings)
        self._tell(tuple(one.number for one in chosen))
        if not chosen:
            return None
        said = self._combine(members) if self._choose is everybody else chosen[0].report
        return None if said is None else carried(said)

    def _tell(self, chosen: tuple[int, ...]) -> None:
        if chosen != self._chosen:
            named = ", ".join(f"pack {number}" for number in chosen)
            text = f"the collector goes by {named}" if chosen else "the collector stops publishing"
            self._chosen = chosen
            self._journal.event("architecture", "collector", text=text, packs=list(chosen))
