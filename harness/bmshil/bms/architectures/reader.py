"""The asking half of a master: one command to one slave at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.architectures.inter_pack import COMMANDS, question, read
from bmshil.dialects.pylontech_rs485 import parse
from bmshil.errors import BmsHilError
from bmshil.timeline import Nanoseconds, Periodic, to_ns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from bmshil.bms.architectures.settings import Link
    from bmshil.bms.architectures.standing import Standing
    from bmshil.bms.multidrop import Multidrop
    from bmshil.bms.node import Node
    from bmshil.dialects.pylontech_rs485 import Command
    from bmshil.timeline import Timeline


class Reader:
    """A station that asks the slaves in turn, for all of one command before the next.

    An answer does not say which question it belongs to: it is taken for the last one, as masters do. A slave
    without a good answer for the time-out of the link is lost, or with one command unanswered for twice as
    long; it is back when it has answered everything.

    Args:
        node: the master; it asks while it is powered, and begins anew after a power cycle.
        line: the link.
        timeline: gives the time.
        link: interval and time-out.
        slaves: whom it asks.
        tell: called with "found" or "lost" and the slave.

    Attributes:
        polls: questions asked.
        errors: answers that were garbled or made no sense.
        unanswered: questions without any answer.
    """

    def __init__(
        self,
        node: Node,
        line: Multidrop,
        timeline: Timeline,
        link: Link,
        *,
        slaves: Sequence[Standing],
        tell: Callable[[str, Standing], object],
    ) -> None:
        self.polls = 0
        self.errors = 0
        self.unanswered = 0
        self.slaves = tuple(slaves)
        self._node = node
        self._line = line
        self._timeline = timeline
        self._link = link
        self._tell = tell
        self._turns = [(command, slave) for command in COMMANDS for slave in self.slaves]
        self._next = 0
        self._asked: tuple[Command, Standing] | None = None
        self._asking: Periodic | None = None
        self._since = 0.0
        self._missing: frozenset[int] = frozenset()
        line.attach(self)

    @property
    def asking(self) -> bool:
        """Whether it is at work."""
        return self._asking is not None

    @property
    def settled(self) -> bool:
        """Whether it has found every slave, or waited long enough for those that are missing."""
        return all(slave.present or slave.node.number in self._missing for slave in self.slaves) or (
            self._timeline.seconds - self._since > self._link.timeout
        )

    def start(self, missing: Collection[int] = ()) -> None:
        """Begin to ask, knowing nothing.

        Args:
            missing: numbers of packs that it asks, but does not wait for.
        """
        self.stop()
        self._missing = frozenset(missing)
        self._forget()
        interval = to_ns(self._link.interval)
        self._asking = Periodic(
            self._timeline, interval, self._ask, Nanoseconds(self._timeline.now + interval)
        )

    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
        self._asking = self._asked = None

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        """Take an answer; what others say while it waits for none is not for it."""
        if self._asked is None:
            return
        command, slave = self._asked
        if slave.answered_before(command, data):
            slave.heard_at[command] = self._timeline.seconds
            self._asked = None
            return
        try:
            answer = parse(data)
            if answer.cid2 or answer.adr != slave.address:
                return  # another master's question, or the answer to one
            piece = read(command, answer.info)
        except BmsHilError:
            self.errors += 1
        else:
            slave.heard_at[command] = self._timeline.seconds
            if slave.take(command, data, piece):
                self._tell("found", slave)
        self._asked = None

    def _forget(self) -> None:
        now = self._timeline.seconds
        self._since = now
        self._next = 0
        for slave in self.slaves:
            slave.lose()
            slave.begin(now)

    def _ask(self) -> None:
        if not self._node.running:
            self._asked = None
            self._forget()
            return
        if not self._turns:
            return
        if self._asked is not None:
            self.unanswered += 1
        self._asked = command, slave = self._turns[self._next]
        self._next = (self._next + 1) % len(self._turns)
        if slave.present and slave.silent(command, self._timeline.seconds, self._link.timeout):
            slave.lose()
            self._tell("lost", slave)
        self.polls += 1
        self._line.send(self, question(command, slave.address))
