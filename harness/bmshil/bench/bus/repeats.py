"""Frames that are heard, but that nobody acknowledged: their sender repeats them.

Once its sender is error-passive, such a frame ends well for all that only listen, the witness among them. It
is one frame, however often it is heard, and it has reached nobody (ISO 11898-1, passive error flag).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bmshil.bench.bus.watch import Identifier
    from bmshil.journal import Frame
    from bmshil.ports import CanPort
    from bmshil.timeline import Nanoseconds

REPEATED = 15_000_000
"""The same frame again within this time, with nothing confirmed in between, is a repetition, ns. One attempt
takes less than 2 ms, the twin's listeners get one in 10 ms, and the fastest senders repeat a message after
20 ms."""

TOGETHER = 20_000_000
"""A frame is heard at one adapter and confirmed at another so close to each other, ns."""


class Repeats:
    """Tells repetitions from frames, by what the bench's own ports confirm.

    Args:
        senders: ports that confirm what they have sent.
    """

    def __init__(self, senders: Iterable[CanPort]) -> None:
        self._known = False
        self._confirmed: dict[Identifier, Nanoseconds] = {}
        self._last: Frame | None = None
        self._when = 0
        for port in senders:
            self._known = True
            port.subscribe_sent(self._confirm)

    def again(self, when: Nanoseconds, frame: Frame) -> bool:
        """Whether a frame that was just heard is the one before, repeated."""
        again = frame == self._last and when - self._when <= REPEATED
        self._last, self._when = frame, when
        return again

    def acknowledged(self, identifier: Identifier, heard: Nanoseconds) -> Nanoseconds | None:
        """When the bank's last acknowledged frame with an identifier ended; None when none was.

        Where no adapter confirms nobody knows better than who has heard it.

        Args:
            identifier: of the bank.
            heard: when it was heard last, acknowledged or not.
        """
        if not self._known:
            return heard
        confirmed = self._confirmed.get(identifier)
        return heard if confirmed is not None and heard <= confirmed + TOGETHER else confirmed

    def _confirm(self, when: Nanoseconds, frame: Frame) -> None:
        self._confirmed[frame.id, frame.extended] = when
        self._last = None
