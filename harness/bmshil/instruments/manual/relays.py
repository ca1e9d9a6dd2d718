"""Switches, plugs and breakers that a person moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.instruments.manual.by_hand import ByHand
from bmshil.instruments.roles import PERMIT
from bmshil.instruments.switches.board import RelayBoard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.operator import Operator
    from bmshil.journal import Journal


class ManualRelays(RelayBoard, ByHand):
    """Relays role by hand: the operator opens and closes what has the role of a relay.

    What nobody has moved yet is looked at.

    Args:
        name: what people call it.
        operator: who stands in front of it.
        journal: where what happens is written.
        channels: a number for each role, such as that on a label.

    Raises:
        InputError: an unknown role, two roles on one number, or a permit: nobody can hold one by hand.
    """

    options = frozenset({"patience", "channels"})

    def __init__(
        self, name: str, operator: Operator, *, channels: Mapping[str, int], journal: Journal | None = None
    ) -> None:
        ByHand.__init__(self, name, operator, journal=journal)
        RelayBoard.__init__(self, self, channels)
        if PERMIT in channels:
            raise InputError(f"{name}: nobody can hold a permit by hand: take a board that closes for a time")
        self._names = {channel: role for role, channel in channels.items()}
        self._known: dict[int, bool] = {}

    def _drive(self, channel: int, closed: bool) -> None:
        what = f"{'close' if closed else 'open'} {self._names[channel]} (no. {channel})"
        self._known.pop(channel, None)
        self._operator.ask(what)
        self._known[channel] = closed

    def _driven(self, channel: int) -> bool:
        if channel not in self._known:
            name = self._names[channel]
            self._known[channel] = self._operator.says_yes(f"{name} (no. {channel}) is closed")
        return self._known[channel]
