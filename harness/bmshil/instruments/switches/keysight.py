"""The Keysight 34970A and 34972A."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.switches.generic import ScpiRelays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.session import Session

CHANNELS = range(101, 341)
"""Slot 1 to 3 in the hundreds, and the channel of the module."""


class Keysight34970A(ScpiRelays):
    """Relays in a switch unit: ``ROUT:CLOS (@101)``.

    As long as a channel stands in the scan list, only one channel of that module may be closed. So the list
    is cleared whenever something is closed; opening works without.

    Its relays carry 1 A (34903A): they drive the coils of contactors, and no battery current. What is read
    back is what the unit believes: see :class:`RelayBoard`.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired, with the slot: 101 to 340.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that no slot has.

    Source: Keysight 34970A manual: ``ROUT:CLOS``, ``ROUT:CLOS?``, ``ROUT:OPEN``, scan list; Agilent manuals
    of switch boxes: software read-back, ``*OPC?`` after each switching.
    """

    maker = "Keysight"
    models = "34970A and 34972A with 34903A and the like"
    verified = "manual"
    unverified = ("ROUT:SCAN (@) clears the scan list",)

    def __init__(self, session: Session, channels: Mapping[str, int]) -> None:
        super().__init__(session, channels, CHANNELS)

    def _drive(self, channel: int, closed: bool) -> None:
        command = f"ROUT:SCAN (@);:ROUT:CLOS (@{channel})" if closed else f"ROUT:OPEN (@{channel})"
        with self._session.insisting(not closed):
            (state,) = self._session.apply(command, f"ROUT:CLOS? (@{channel})")
        self._check(command, self._state(command, state), closed)
