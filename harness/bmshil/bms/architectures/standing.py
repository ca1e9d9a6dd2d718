"""What a master knows of one of its slaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.architectures.inter_pack import COMMANDS
from bmshil.dialects import NO_ALARM, Alarm, PartialReport, Report

if TYPE_CHECKING:
    from bmshil.bms.node import Node
    from bmshil.dialects.pylontech_rs485 import Command

SOH = 1.0
"""The link carries none."""


class Standing:
    """One slave as its master sees it: its answers, and when the last good one came.

    A slave is present from the moment when each command has been answered, until it is lost. What it said
    before it was lost is not used again: it must answer everything anew.

    Args:
        node: the slave.
        address: on the link.

    Attributes:
        node, address: as given.
        heard_at: when each command was answered last, or the master began to ask, s.
        present: see above.
    """

    __slots__ = (
        "_answers", "_pieces", "_raised", "_report", "_stale", "address", "heard_at", "node", "present",
    )  # fmt: skip

    def __init__(self, node: Node, address: int) -> None:
        self.node = node
        self.address = address
        self.heard_at: dict[Command, float] = dict.fromkeys(COMMANDS, 0.0)
        self.present = False
        self._answers: dict[Command, bytes] = {}
        self._pieces: dict[Command, PartialReport] = {}
        self._raised: Alarm = NO_ALARM
        self._report: Report | None = None
        self._stale = False

    def silent(self, command: Command, now: float, patience: float) -> bool:
        """Whether it has answered nothing for ``patience`` s, or this command not for twice as long.

        What it said once is not what it would say now, but one garbled answer in a long round is no loss.
        """
        return now - max(self.heard_at.values()) > patience or now - self.heard_at[command] > 2 * patience

    def begin(self, now: float) -> None:
        """Count silence from now on, s."""
        self.heard_at = dict.fromkeys(COMMANDS, now)

    @property
    def report(self) -> Report | None:
        """What the slave last said as a whole; None when it never has."""
        self._settle()
        return self._report

    def answered_before(self, command: Command, data: bytes) -> bool:
        """Whether it gave the same bytes to this command the last time."""
        return self._answers.get(command) == data

    def take(self, command: Command, data: bytes, piece: PartialReport) -> bool:
        """Take over one answer; say whether the slave is present now and was not before."""
        self._answers[command] = data
        self._pieces[command] = piece
        if len(self._pieces) < len(COMMANDS):
            return False
        self._stale = True
        appeared = not self.present
        self.present = True
        return appeared

    def lose(self) -> None:
        """Count it as lost; its last report stays readable."""
        self._settle()
        self.present = False
        self._answers.clear()
        self._pieces.clear()

    def _settle(self) -> None:
        """Put the answers together, once after any of them has changed."""
        if not self._stale:
            return
        self._stale = False
        said: PartialReport = {"soh": SOH}
        for piece in self._pieces.values():
            said.update(piece)
        raised = said.get("protections", NO_ALARM) | said.get("alarms", NO_ALARM)
        # What has gone away is not told, but seen by who keeps looking.
        said["cleared"] = self._raised & ~raised
        self._raised |= raised
        self._report = Report(**said)
