"""Who is master of a group, and who comes next when it falls silent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.architectures.group import Group
    from bmshil.bms.architectures.settings import Failover
    from bmshil.journal import Journal
    from bmshil.timeline import Timeline, Timer


class Succession:
    """The masters of a group, in the order in which they were appointed.

    What happens when the master is lost is a value of the rig, ``failover.mode``:

    * ``none``: the bank stays silent.
    * ``lowest``: the lowest address that is left takes over. It begins to read the others after half of the
      gap and speaks after the whole of it. The rule is that of diyBMS (stuartpittaway/diyBMSv4ESP32, pull
      request 309), whose successor takes over at once because it has read all the time.
    * ``manual``: somebody appoints another, see :meth:`promote`.

    The old master that comes back yields to the new one and becomes a slave, or speaks beside it: two
    speakers under the same identifiers, who ask on the same link.

    No vendor documents when a slave takes over, nor what a returning master does. The gap and the manners of
    the old master are the rig's values and say nothing about any product.

    Args:
        group: the packs on the link.
        failover: the rig's values.
        timeline: gives the time.
        journal: where the gap and the overlap are written, as events of kind ``architecture``.

    Attributes:
        failover: may be replaced at any time.
        masters: packs that are master now.
    """

    def __init__(self, group: Group, failover: Failover, timeline: Timeline, journal: Journal) -> None:
        self.failover = failover
        self.masters: tuple[int, ...] = ()
        self._group = group
        self._timeline = timeline
        self._journal = journal
        self._dead: list[int] = []
        self._reading: int | None = None
        self._timer: Timer | None = None

    def appoint(self, number: int) -> None:
        """Make a pack a master, beside those that are. It speaks when it has read the others."""
        self._group.appoint(number, (*self._dead, *self.masters))
        self._add(number)

    def clear(self) -> None:
        """Nobody is master, and nobody is lost."""
        self._cancel()
        for number in self.masters:
            self._group.dismiss(number)
        self.masters = ()
        self._dead.clear()

    def lose(self) -> None:
        """Lose the master that was appointed last.

        Raises:
            InputError: there is none.
        """
        if not self.masters:
            raise InputError("no master speaks: there is none to lose")
        *others, lost = self.masters
        self.masters = tuple(others)
        self._dead.append(lost)
        self._group.dismiss(lost)
        self._group.lose(lost)
        self._tell("master lost", lost)
        if self.failover.mode == "lowest" and not others:
            self._later(self._notice)

    def restore(self) -> None:
        """Let the master that was lost last come back.

        Raises:
            InputError: none was lost.
        """
        if not self._dead:
            raise InputError("no master was lost: there is none to come back")
        back = self._dead.pop()
        self._group.restore(back)
        self._cancel()
        if self.masters and self.failover.returning == "yields":
            self._tell("master back, yields", back)
            return
        self.appoint(back)
        self._tell("master back, speaks", back)

    def promote(self, number: int) -> None:
        """Make a pack the master by hand.

        Raises:
            InputError: no such pack, or it is the master already.
        """
        self._group.check(number)
        if number in self.masters:
            raise InputError(f"pack {number} is the master already")
        self._cancel()
        if self.failover.returning == "yields":
            for one in self.masters:
                self._group.dismiss(one)
            self.masters = ()
        self.appoint(number)
        self._tell("promoted by hand", number)

    def _notice(self) -> None:
        """Let the lowest address that is left read the others."""
        left = [number for number in self._group.numbers if number not in self._group.lost]
        if left:
            self._reading = left[0]
            self._group.appoint(left[0], self._dead)
            self._later(partial(self._take_over, left[0]))

    def _take_over(self, number: int) -> None:
        self._reading = None
        self._add(number)
        self._tell("takes over", number)

    def _add(self, number: int) -> None:
        self.masters = (*self.masters, number)
        if len(self.masters) > 1:
            self._group.part(number, self.masters[0])

    def _later(self, action: Callable[[], object]) -> None:
        """Do something after half of the gap."""
        self._timer = self._timeline.after(self.failover.gap / 2, action)

    def _cancel(self) -> None:
        """Stop a takeover that has not come to its end."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reading is not None:
            self._group.dismiss(self._reading)
            self._reading = None

    def _tell(self, step: str, number: int) -> None:
        self._journal.event("architecture", self._group.name, step=step, pack=number, masters=self.masters)
