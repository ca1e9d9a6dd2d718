"""One port of a hub, with the group that hangs on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.arithmetic import Member

if TYPE_CHECKING:
    from bmshil.bms.architectures.group import Group
    from bmshil.bms.node import Node
    from bmshil.dialects import Report


class HubPort:
    """Hears the master of one group, and knows since when it has not.

    Args:
        number: of the port, 1 to 6; the group has the same.
        group: the packs of the group.
        master: the pack whose CAN cable is in this port.
        resistance: of the whole group, ohm.

    Attributes:
        number, group, master: as given.
        plugged: whether the cable is in.
        detected: whether the group counts: its master has been heard, and not too long ago. The LED of the
            port shows it.
    """

    def __init__(self, number: int, group: Group, master: Node, resistance: float) -> None:
        self.number = number
        self.group = group
        self.master = master
        self.plugged = True
        self.detected = False
        self._resistance = resistance
        self._heard_at = 0.0
        self._report: Report | None = None

    @property
    def running(self) -> bool:
        """Whether the master of the group has read its slaves, or waited long enough for them."""
        return self.group.settled(self.master.number)

    @property
    def member(self) -> Member | None:
        """The group as the hub knows it; None when it was never heard."""
        if self._report is None:
            return None
        return Member(self.number, self._report, self.detected, self._resistance)

    def listen(self, now: float) -> bool:
        """Take what the master says at this moment (s); say whether the group is new."""
        own = self.master.told if self.plugged else None
        said = None if own is None else self.group.say(self.master.number, own)
        if said is None:
            return False
        self._report = said
        self._heard_at = now
        new, self.detected = not self.detected, True
        return new

    def lose(self, now: float, patience: float) -> bool:
        """Count the group no longer when it was silent for ``patience`` seconds; say whether it is lost."""
        lost = self.detected and now - self._heard_at > patience
        if lost:
            self.detected = False
        return lost

    def forget(self) -> None:
        """Know nothing of the group, as after a restart of the hub."""
        self.detected = False
        self._report = None
