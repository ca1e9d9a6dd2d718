"""Packs on one link, and those of them that read the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.architectures.carried import carried
from bmshil.bms.architectures.inter_pack import FIRST_ADDRESS
from bmshil.bms.architectures.reader import Reader
from bmshil.bms.architectures.slave import Slave
from bmshil.bms.architectures.standing import Standing
from bmshil.bms.arithmetic import Member, arithmetic
from bmshil.bms.multidrop import Multidrop
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bmshil.bms.architectures.settings import Link
    from bmshil.bms.node import Node
    from bmshil.dialects import Report
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline


class Group:
    """The packs of one link. Usually one of them is master and reads the others; after a failover, two may.

    Every pack answers on the link under the address of its place, the first under 2, as long as it is powered
    and not a master itself.

    Args:
        name: for the journal.
        nodes: the packs, in the order of their places.
        link: speed, interval, time-out.
        arithmetic: how many become one; see ``bms.arithmetic``.
        timeline: gives the time.
        journal: where found and lost slaves are written.

    Attributes:
        name: as given.
        numbers: of its packs.
        line: the wires.

    Raises:
        InputError: an arithmetic that nobody knows.
    """

    def __init__(
        self,
        name: str,
        nodes: Sequence[Node],
        *,
        link: Link,
        arithmetic: str,
        timeline: Timeline,
        journal: Journal,
    ) -> None:
        self.name = name
        self.numbers = tuple(node.number for node in nodes)
        self.line = Multidrop(timeline, name=f"link of {name}", baud=link.baud)
        self.arithmetic = arithmetic
        self._nodes = {node.number: node for node in nodes}
        self._link = link
        self._timeline = timeline
        self._journal = journal
        self._lost: set[int] = set()
        self._severed: set[int] = set()
        self._readers: dict[int, Reader] = {}
        self._slaves = {
            node.number: Slave(self.line, node, FIRST_ADDRESS + place) for place, node in enumerate(nodes)
        }

    @property
    def arithmetic(self) -> str:
        """Name of how the values of many become one; may be set at any time."""
        return self._arithmetic

    @arithmetic.setter
    def arithmetic(self, name: str) -> None:
        self._combine = arithmetic(name)
        self._arithmetic = name

    @property
    def masters(self) -> tuple[int, ...]:
        """Packs that read the others now, in the order in which they began."""
        return tuple(number for number, reader in self._readers.items() if reader.asking)

    @property
    def lost(self) -> frozenset[int]:
        """Packs whose link is broken on purpose, whether their master has noticed or not."""
        return frozenset(self._lost)

    @property
    def polls(self) -> int:
        """Questions of all masters so far."""
        return sum(reader.polls for reader in self._readers.values())

    @property
    def errors(self) -> int:
        """Garbled answers so far."""
        return sum(reader.errors for reader in self._readers.values())

    @property
    def unanswered(self) -> int:
        """Questions without any answer so far."""
        return sum(reader.unanswered for reader in self._readers.values())

    @property
    def collisions(self) -> int:
        """Messages on the link that began while another was on it."""
        return self.line.collisions

    def present(self, master: int) -> tuple[int, ...]:
        """Packs that a master counts, itself included, in the order of their numbers."""
        reader = self._readers.get(master)
        heard = [slave.node.number for slave in reader.slaves if slave.present] if reader else []
        return tuple(sorted([master, *heard]))

    def settled(self, master: int) -> bool:
        """Whether a master has read every slave, or waited for the time-out of the link."""
        reader = self._readers.get(master)
        return reader is not None and reader.asking and reader.settled

    def say(self, master: int, own: Report) -> Report | None:
        """What a master makes of its own report and those that it has read; None until it is settled."""
        if not self.settled(master):
            return None
        members = [Member(master, own, resistance=self._nodes[master].pack.resistance)]
        for slave in self._readers[master].slaves:
            report = slave.report
            if report is not None:
                resistance = slave.node.pack.resistance
                members.append(Member(slave.node.number, report, slave.present, resistance))
        said = self._combine(members)
        return None if said is None else carried(said)

    def appoint(self, number: int, missing: Collection[int] = ()) -> None:
        """Let a pack read the others from now on. It no longer answers questions.

        Args:
            number: of the pack.
            missing: packs that it knows to be gone, so that it does not wait for them.
        """
        if number not in self._readers:
            self._readers[number] = Reader(
                self._nodes[number],
                self.line,
                self._timeline,
                self._link,
                slaves=[
                    Standing(node, FIRST_ADDRESS + place)
                    for place, node in enumerate(self._nodes.values())
                    if node.number != number
                ],
                tell=self._tell,
            )
        self._readers[number].start(missing)
        self._plug(number)

    def dismiss(self, number: int) -> None:
        """Let a pack read the others no more, and answer questions instead."""
        if number in self._readers:
            self._readers[number].stop()
        self._plug(number)

    def part(self, number: int, other: int) -> None:
        """Let a master speak half a period after another one: each has a clock of its own."""
        node = self._nodes[number]
        if node.running:
            node.start(phase=self._nodes[other].next_set + node.period / 2)

    def lose(self, number: int) -> None:
        """Break the link at a pack: it hears nothing there, and nobody hears it."""
        self.check(number)
        self._lost.add(number)
        self._plug(number)

    def restore(self, number: int) -> None:
        """Mend the link at a pack."""
        self.check(number)
        self._lost.discard(number)
        self._plug(number)

    def stop(self) -> None:
        """Silence on the link."""
        for reader in self._readers.values():
            reader.stop()

    def _plug(self, number: int) -> None:
        there = number not in self._lost | self._severed
        reader = self._readers.get(number)
        if reader is not None:
            self.line.connect(reader, there)
        self.line.connect(self._slaves[number], there and (reader is None or not reader.asking))

    def readdress(self, number: int, address: int) -> None:
        """Let a pack answer under another address."""
        self.check(number)
        self._slaves[number].address = address

    def sever(self, number: int, severed: bool) -> None:
        """Take a pack off the link, or put it back, because its link cable is out of its port."""
        self.check(number)
        if severed:
            self._severed.add(number)
        else:
            self._severed.discard(number)
        self._plug(number)

    def check(self, number: int) -> None:
        """Refuse a pack that is not on this link.

        Raises:
            InputError: there is no such pack.
        """
        if number not in self._nodes:
            named = ", ".join(str(one) for one in self.numbers)
            raise InputError(f"{self.name}: no pack {number} on its link, there are {named}")

    def _tell(self, what: str, slave: Standing) -> None:
        self._journal.event("architecture", self.name, step=f"slave {what}", pack=slave.node.number)
