"""All nodes of a bank."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.bms.addressing.addressing import Addressing
from bmshil.bms.addressing.chains import PEERS, chains_of, usual_scheme
from bmshil.bms.addressing.panel import Panel
from bmshil.bms.addressing.registry import addressing_scheme
from bmshil.bms.architectures import ALONE, ArchitectureSettings, Switches, arrange
from bmshil.bms.bank_words import BankLimits, Silenced
from bmshil.bms.faults.schedule import BankFaults
from bmshil.bms.faults.sending import Silence
from bmshil.bms.management import NO_LIMITS, chosen_limits
from bmshil.bms.node import Node
from bmshil.bms.pack_frames import packs_beside
from bmshil.bms.send_order import SendOrder
from bmshil.bms.settings import NodeSettings
from bmshil.bms.transmitter import Transmitter
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bmshil.battery import Bank, Inrush
    from bmshil.bms.sender import Sender
    from bmshil.dialects import Dialect, IdMap
    from bmshil.journal import Frame, Journal
    from bmshil.timeline import Nanoseconds, Timeline


PARALLEL = ArchitectureSettings("parallel")


class Fleet:
    """The nodes of a bank: ``fleet[1]`` to ``fleet[n]``.

    Args:
        bank: gives the packs.
        dialect: how reports become bytes.
        ids: identifiers of the bank.
        sender: takes the frames.
        timeline: gives the time.
        journal: where limits, faults and contactors are written.
        settings: of all nodes.
        terminal_voltage: gives the voltage measured at the device under test, V; see ``Management``.
        architecture: who speaks; every pack for itself when left out.
        switches: of each pack, None for as it should be.
        addressing: name of what the switches mean; that of the architecture when left out.

    Attributes:
        dialect: what the nodes speak on CAN.
        faults: schedules faults of any node.
        addressing: the switches and link cables of all packs, and what is wrong with them.
        architecture: who speaks for the bank, and its links.

    Raises:
        InputError: the identifiers are for another number of packs.
    """

    def __init__(
        self,
        bank: Bank,
        *,
        dialect: Dialect,
        ids: IdMap,
        sender: Sender,
        timeline: Timeline,
        journal: Journal,
        settings: NodeSettings | None = None,
        terminal_voltage: Callable[[], float] | None = None,
        architecture: ArchitectureSettings = PARALLEL,
        switches: Sequence[Switches | None] = (),
        addressing: str | None = None,
    ) -> None:
        self._alone = architecture.kind in ALONE
        if ids.packs != (1 if self._alone else len(bank)):
            raise InputError(f"identifiers for {ids.packs} packs, but the bank has {len(bank)}")
        self._bank = bank
        self._settings = settings or NodeSettings()
        beside = packs_beside(dialect, architecture, len(bank))
        self._timeline = timeline
        self._journal = journal
        self._nodes = tuple(
            Node(
                pack.number,
                pack,
                dialect=dialect,
                ids=ids,
                sender=sender,
                timeline=timeline,
                journal=journal,
                settings=self._settings,
                terminal_voltage=terminal_voltage,
                bank=bank,
                speaks_as=1 if self._alone else pack.number,
                carried=self._is_on_air if pack.number in beside else None,
            )
            for pack in bank
        )
        self._speakers: list[Transmitter] = []
        self._new_transmitter = partial(
            Transmitter,
            dialect=dialect,
            ids=ids,
            sender=sender,
            timeline=timeline,
            journal=journal,
            settings=self._settings,
        )
        self.dialect = dialect
        period = self._nodes[0].period
        self._order = SendOrder(
            len(bank), dialect, self._settings, period, alone=self._alone, beside=len(beside)
        )
        self.faults = BankFaults({node.number: node.faults for node in self._nodes}, timeline)
        for node, given in zip(self._nodes, switches, strict=False):
            node.panel = Panel(given)
        self.addressing = Addressing(
            addressing_scheme(addressing or usual_scheme(architecture)),
            {node.number: node.panel for node in self._nodes},
            chains_of(architecture, len(bank)),
            journal,
            peers=architecture.kind in PEERS,
        )
        self.architecture = arrange(self, architecture, timeline, journal)
        self.addressing.follow = lambda made: timeline.call(lambda: self.architecture.rewired(made))
        if self.addressing.deviates:
            self.architecture.rewired(self.addressing.settings)

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def __getitem__(self, number: int) -> Node:
        """Return a node by the number of its pack, 1..n.

        Raises:
            InputError: no pack has this number.
        """
        if not 1 <= number <= len(self._nodes):
            raise InputError(f"no pack {number}, the bank has packs 1 to {len(self._nodes)}")
        return self._nodes[number - 1]

    @property
    def settings(self) -> NodeSettings:
        """Tapers and thresholds of all nodes. Timing is taken over when the fleet is made."""
        return self._settings

    @settings.setter
    def settings(self, value: NodeSettings) -> None:
        self._settings = value
        for node in self._nodes:
            node.settings = value

    @property
    def order(self) -> tuple[int, ...]:
        """Pack numbers in the order in which they speak. Setting it moves running nodes to new places."""
        return self._order.numbers

    @order.setter
    def order(self, order: Sequence[int]) -> None:
        self._order.change(order)
        running = [node.number for node in self._nodes if node.running]
        self._start(running)

    @property
    def sent(self) -> int:
        """Frames handed to the port."""
        return sum(node.sent for node in self._nodes) + self.architecture.sent

    @property
    def skipped(self) -> int:
        """Slots that were too late to be sent; on wall time only."""
        return sum(node.skipped for node in self._nodes)

    def asks(self) -> BankLimits:
        """Return what those on air ask for together, faults of values included."""
        reports = self.architecture.said
        return BankLimits(
            min((report.cvl for report in reports), default=float("nan")),
            sum(report.ccl for report in reports),
            sum(report.dcl for report in reports),
        )

    def limit(
        self,
        *,
        cvl: float | None = None,
        ccl: float | None = None,
        dcl: float | None = None,
        dvl: float | None = None,
    ) -> None:
        """Make limits every node's own decision, V and A for each pack; see ``Node.limit``."""
        given = chosen_limits(NO_LIMITS, cvl, ccl, dcl, dvl)

        def run() -> None:
            changed = [node.choose(node.chosen | given, quiet=True) for node in self._nodes]
            if any(changed):
                self._journal.event("limit", "bank", **given)

        self._timeline.call(run)

    def unlimit(self) -> None:
        """Let every node decide all limits by itself again."""

        def run() -> None:
            changed = [node.choose(NO_LIMITS, quiet=True) for node in self._nodes]
            if any(changed):
                self._journal.event("limit", "bank", decided_by="node")

        self._timeline.call(run)

    def new_transmitter(
        self, number: int, *, speaks_as: int | None = None, name: str | None = None
    ) -> Transmitter:
        """Make one for a device on the same bus that is no pack: a collector, a hub."""
        made = self._new_transmitter(number, speaks_as=speaks_as, name=name)
        self._speakers.append(made)
        return made

    def hear(self, _when: Nanoseconds, frame: Frame) -> None:
        """Take a frame of the device, on the timeline: those whom it asks answer, one set after the other.

        A question to all is answered in the order in which the packs speak, see ``order``.
        """
        for place, number in enumerate(self._order.numbers):
            self[number].hear(frame, place * self._order.turn)
        for speaker in self._speakers:
            speaker.questions.hear(frame, (speaker.speaks_as - 1) * self._order.turn)

    def inrush(self, inrush: Inrush) -> None:
        """Let the connected packs bear what flows into the capacitors of a device, by their resistances.

        Those whose share is above their short-circuit threshold for too long trip, and stay tripped.

        Args:
            inrush: of the whole bank.
        """

        def run() -> None:
            whole = self._bank.resistance
            self._journal.event(
                "inrush", "bank", peak=inrush.peak, time_constant=inrush.time_constant, charge=inrush.charge
            )
            for node in self._nodes:
                node.feel(inrush, whole / node.pack.resistance)

        self._timeline.call(run)

    def silence(self, *ids: int) -> Silenced:
        """Silence all who speak, or chosen messages (base identifiers) of theirs."""
        fault = Silence(ids=tuple(sorted(ids)))
        speakers = [*(node.faults for node in self._nodes), *self.architecture.faults]
        return Silenced([faults.on(fault) for faults in speakers])

    def reset(self) -> None:
        """Forget limits, faults, protections and disconnections of all nodes; for use with ``Bank.reset``."""
        self.faults.clear()
        for node in self._nodes:
            node.reset()
        for faults in self.architecture.faults:
            faults.clear()
        self._timeline.call(self.architecture.reset)
        self.addressing.reset()

    def start(self) -> None:
        """Power all nodes up, each at its own phase."""
        self._timeline.call(self.architecture.start)
        self._start(self._order.numbers)

    def stop(self) -> None:
        """Power all nodes down."""
        for node in self._nodes:
            node.stop()
        self._timeline.call(self.architecture.stop)

    def _start(self, numbers: Sequence[int]) -> None:
        def run() -> None:
            phases, spacing = self._order.plan()
            for number in numbers:
                self[number].start(phase=phases[number], spacing=spacing)

        self._timeline.call(run)

    def _is_on_air(self) -> bool:
        return any(node.on_air for node in self._nodes)
