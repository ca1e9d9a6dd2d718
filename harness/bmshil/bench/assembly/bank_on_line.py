"""The bank on its serial line: who answers at which address, and with what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from bmshil.bms.architectures.polled import Polled
from bmshil.bms.bank_line import BankLine
from bmshil.bms.rs485.of_bank import ADDRESS, MODBUS_DIALECTS, slave_of_bank
from bmshil.bms.rs485.pack_data import pack_data, parameters
from bmshil.bms.rs485.pylontech_slave import PylontechSlave
from bmshil.dialects.pack_data import PackData
from bmshil.dialects.voltronic_aggregate import aggregate

if TYPE_CHECKING:
    from bmshil.bms import Fleet, StimulusGate
    from bmshil.bms.multidrop import Multidrop
    from bmshil.bms.node import Node
    from bmshil.dialects import Report
    from bmshil.dialects.pylontech_rs485.parameters import Parameters
    from bmshil.rig import Rig
    from bmshil.timeline import Timeline

VOLTRONIC = "voltronic-rs485"

Said = Callable[[], Sequence[PackData]]
"""Gives what there is to tell now; nothing for silence."""

FIRST = 2
"""Address of pack 1 on the line (Pylontech RS485 protocol V3.3)."""


class BankOnLine:
    """Lets the packs of a bank answer on a line.

    Where the inverter asks each pack, every pack answers for itself, at addresses from 2 on. Where one speaks
    for the bank, that one answers for all at address 2. Who is silenced does not answer.

    Args:
        rig: says who speaks.
        bank: the nodes.
        timeline: gives the time.
        line: with the inverter at its end.

    Attributes:
        line: where the packs answer, with what can go wrong there.
        gate: what must let a report pass before a real device is told; None before a twin.
    """

    def __init__(self, rig: Rig, bank: Fleet, timeline: Timeline, line: Multidrop) -> None:
        self.line = BankLine(timeline, line)
        self.gate: StimulusGate | None = None
        self._rig = rig
        self._bank = bank
        self._said: list[tuple[PylontechSlave, Said]] = []
        self._homes: dict[int, tuple[int, int]] = {}
        self._registers = False
        if rig.serial["emulator"].dialect in MODBUS_DIALECTS:
            self._registers = True
            # To a station it is the line: it attaches, and it sends.
            wires = cast("Multidrop", self.line)
            slave_of_bank(rig.serial["emulator"].dialect, wires, self._all, self._whole)
        elif isinstance(bank.architecture, Polled):
            replies_from = rig.serial["emulator"].replies_from
            stations = bank.architecture.serve(
                self.line, self._own, replies_from=replies_from, admits=self._admitted
            )
            for node, slave in zip(bank, stations, strict=True):
                self._said.append((slave, partial(self._own, node)))
        else:
            speaker = bank[rig.architecture.master]
            self._hang(FIRST, self._all, partial(parameters, speaker), report=self._whole)

    @property
    def slaves(self) -> list[PylontechSlave]:
        """Who answers in Pylontech's protocol, the first pack first."""
        return [slave for slave, _ in self._said]

    def answers(self, address: int) -> bool:
        """Whether somebody should answer at an address now."""
        if self._registers:
            return address == ADDRESS and bool(self._all())
        return any(slave.place(address) is not None and bool(said()) for slave, said in self._said)

    def move(self, group: int, address: int) -> None:
        """Let pack 1 answer at an address of a group, and the others behind it; on the timeline."""
        for place, slave in enumerate(self.slaves):
            self._homes.setdefault(place, (slave.group, slave.address))
            slave.group, slave.address = group, address + place

    def rest(self) -> None:
        """Forget what goes wrong on the line, and answer where ``move`` found them; on the timeline."""
        self.line.reset()
        for place, home in self._homes.items():
            self.slaves[place].group, self.slaves[place].address = home
        self._homes.clear()

    def _hang(
        self,
        address: int,
        said: Said,
        thresholds: Callable[[], Parameters],
        *,
        report: Callable[[], Report] | None = None,
    ) -> None:
        slave = PylontechSlave(
            self.line,
            said,
            report=report,
            parameters=lambda _place: thresholds(),
            address=address,
            replies_from=self._rig.serial["emulator"].replies_from,
            admits=self._admitted,
        )
        self._said.append((slave, said))

    def _own(self, node: Node) -> Sequence[PackData]:
        told = node.told
        return [pack_data(node)] if told is not None and self._admitted(told) else []

    def _all(self) -> Sequence[PackData]:
        said = self._bank.architecture.said
        if not said or not self._admitted(said[0]):
            return []
        packs = [pack_data(node) for node in self._bank if node.told is not None]
        # This dialect has an aggregation of its own, which is what the inverter is told.
        if self._rig.serial["emulator"].dialect == VOLTRONIC and packs:
            return packs if self._admitted(aggregate(packs).report) else []
        return packs

    def _whole(self) -> Report:
        return self._bank.architecture.said[0]

    def _admitted(self, report: Report) -> bool:
        """Whether a report may be told.

        Raises:
            EnvelopeError: it could harm the device, and nobody has allowed that.
        """
        return self.gate is None or self.gate.admits_report(report)
