"""Packs on one RS485 bus whom the inverter asks one after the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from bmshil.bms.addressing.effects import silence
from bmshil.bms.architectures.architecture import Architecture
from bmshil.bms.gate import everything
from bmshil.bms.rs485.clamped import Clamped
from bmshil.bms.rs485.pack_data import pack_data, parameters
from bmshil.bms.rs485.pylontech_slave import FIRST, TURNAROUND, PylontechSlave
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.architectures.settings import ArchitectureSettings
    from bmshil.bms.fleet import Fleet
    from bmshil.bms.node import Node
    from bmshil.bms.rs485.wires import Wires
    from bmshil.dialects import Report
    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.pylontech_rs485.parameters import Parameters
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline

MOST = 0xFE
"""Highest address that a pack can have."""

UNEVEN = 0.003
"""What each pack takes longer to answer than the one before, s. No two processors take the same time: the
replies of one US2000 Plus begin 69 to 81 ms after the request. So two with one address garble each other."""


def fresh(node: Node) -> Sequence[PackData]:
    """What a node tells now; nothing while it is off, starts up or is silenced."""
    return [] if node.told is None else [pack_data(node)]


class Polled(Architecture):
    """Nobody speaks unasked, nobody is on CAN: every pack is a station with an address of its own.

    Pack 1 has address 2, the next ones follow. Two packs with one address answer at the same time and garble
    each other, and the inverter finds a wrong checksum where it finds an answer at all.

    Attributes:
        slaves: the stations by number of the pack; empty until the bank is put on a line.

    Source: field article on master and slave BMS (an inverter that polls addresses 1, 2 and 3 on one RS485
    bus; its failure when two have the same one); Pylontech RS485 protocol V3.3 (the first address is 2).
    """

    def __init__(
        self, fleet: Fleet, settings: ArchitectureSettings, timeline: Timeline, journal: Journal
    ) -> None:
        super().__init__(fleet, settings, timeline, journal)
        self.slaves: dict[int, PylontechSlave] = {}
        self._addresses = {node.number: self._usual(node.number) for node in fleet}
        self._plugged = dict.fromkeys(self._addresses, True)
        self._line: Wires | None = None
        for node in fleet:
            node.voice = silence
            node.answers = True

    @property
    def addresses(self) -> Mapping[int, int]:
        """Address of each pack on the line, by its number."""
        return {number: slave.address for number, slave in self.slaves.items()} or dict(self._addresses)

    @property
    def replies(self) -> Mapping[int, int]:
        """How often each pack has answered, by its number."""
        return {number: slave.replies[0] for number, slave in self.slaves.items()}

    def readdress(self, pack: int, address: int) -> None:
        """Give a pack another address, as somebody does with its switches or its app.

        Args:
            pack: number, 1..n.
            address: 1 to 254; 2 is the first one that inverters ask.

        Raises:
            InputError: no such pack, or no such address.
        """
        self.fleet[pack]
        if not 1 <= address <= MOST:
            raise InputError(
                f"pack {pack}: address {address} does not exist, give 1 to {MOST}; the first is 2"
            )
        self._timeline.call(partial(self._move, pack, address))

    def serve(
        self,
        line: Wires,
        says: Callable[[Node], Sequence[PackData]] = fresh,
        *,
        replies_from: Literal["request", "own"] = "request",
        delay: float = TURNAROUND,
        admits: Callable[[Report], bool] = everything,
    ) -> Sequence[PylontechSlave]:
        """Put the packs on a line, once.

        Args:
            line: where the inverter asks.
            says: gives what a pack tells now, nothing for silence.
            replies_from: address in a reply; see ``PylontechSlave``.
            delay: from request to reply, s, for pack 1.
            admits: whether limits may be told; see ``PylontechSlave``.

        Returns:
            The stations, pack 1 first.

        Raises:
            InputError: the packs are on a line already.
        """
        if self._line is not None:
            raise InputError("the packs are on a line already: a bank has one")
        self._line = line
        for node in self.fleet:
            self.slaves[node.number] = PylontechSlave(
                line,
                partial(says, node),
                parameters=partial(_thresholds, node),
                switch_off=partial(_turn_off, node),
                address=self._addresses[node.number],
                replies_from=replies_from,
                delay=delay + UNEVEN * (node.number - 1),
                tell=Clamped(self._journal, node.name),
                admits=admits,
            )
            line.connect(self.slaves[node.number], self._plugged[node.number])
        return list(self.slaves.values())

    def reset(self) -> None:
        """Give every pack its usual address back, unless its switches say otherwise."""
        self.rewired(self.fleet.addressing.settings)

    def rewired(self, settings: Mapping[int, Setting]) -> None:
        """A switch that is one off makes an address that is one off; who is unplugged hears nobody."""
        for number, setting in settings.items():
            usual = self.fleet.addressing.usual[number]
            off = setting.address - usual if setting.address is not None and usual is not None else 0
            self._move(number, self._usual(number) + off)
            self._plugged[number] = setting.speaks
            if self._line is not None:
                self._line.connect(self.slaves[number], setting.speaks)

    def _move(self, pack: int, address: int) -> None:
        before, self._addresses[pack] = self.addresses[pack], address
        if pack in self.slaves:
            self.slaves[pack].address = address
        if address != before:
            self._journal.event("architecture", f"pack{pack}", address=address, before=before)

    @staticmethod
    def _usual(number: int) -> int:
        return FIRST + number - 1


def _thresholds(node: Node, _place: int) -> Parameters:
    return parameters(node)


def _turn_off(node: Node, _place: int) -> None:
    node.disconnect(silent=True)
