"""A relay board or switch unit in generic SCPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import Capability
from bmshil.instruments.switches.board import RelayBoard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.session import Session


class ScpiRelays(RelayBoard, SessionInstrument):
    """Relays over ``ROUT:CLOS (@n)``, ``ROUT:OPEN (@n)`` and ``ROUT:CLOS? (@n)``.

    The read-back is what the board believes: see :class:`RelayBoard`.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired.
        known: numbers that this board has; None where the driver does not know.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that the board does not have.

    Source: Keysight 34970A.
    """

    maker = "any"
    models = "switch units that close channel lists"
    verified = "generic SCPI"
    capabilities = Capability.CONFIRMS | Capability.READ_BACK

    def __init__(self, session: Session, channels: Mapping[str, int], known: range | None = None) -> None:
        SessionInstrument.__init__(self, session)
        RelayBoard.__init__(self, session, channels, known)

    def open_all(self) -> None:
        """Open every wired relay in one message, whatever went wrong before.

        Raises:
            InstrumentError: no answer, or a relay still reads as closed; it is named.
        """
        if not self._channels:
            return
        listed = ",".join(str(channel) for channel in self._channels.values())
        command = f"ROUT:OPEN (@{listed});*OPC?;:ROUT:CLOS? (@{listed})"
        with self._session.insisting():
            states = self._session.query(command).partition(";")[2].split(",")
        if len(states) != len(self._channels):
            raise self._session.error(command, f"told {len(states)} states of {len(self._channels)} relays")
        stuck = [
            role
            for role, state in zip(self._channels, states, strict=True)
            if state.strip() not in {"0", "+0"}
        ]
        for role in self._channels:
            self._note(role, closed=role in stuck)
        if stuck:
            raise self._session.error(command, f"still closed: {', '.join(stuck)}")

    def _drive(self, channel: int, closed: bool) -> None:
        command = f"ROUT:{'CLOS' if closed else 'OPEN'} (@{channel})"
        with self._session.insisting(not closed):
            (state,) = self._session.apply(command, f"ROUT:CLOS? (@{channel})")
        self._check(command, self._state(command, state), closed)

    def _driven(self, channel: int) -> bool:
        return self._ask_switch(f"ROUT:CLOS? (@{channel})")
