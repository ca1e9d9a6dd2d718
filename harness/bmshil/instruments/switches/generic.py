"""A relay board or switch unit in generic SCPI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.errors import InputError
from bmshil.instruments.instrument import SessionInstrument
from bmshil.instruments.roles import RELAY_ROLES, Capability

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.session import Session


class ScpiRelays(SessionInstrument):
    """Relays role over ``ROUT:CLOS (@n)``, ``ROUT:OPEN (@n)`` and ``ROUT:CLOS? (@n)``.

    Every change is an event "relay" in the journal. What is read back is what the board believes, not what
    a contact does: a welded contact reads as open.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired.

    Raises:
        InputError: an unknown role, or two roles on one channel.

    Source: Keysight 34970A.
    """

    capabilities = Capability.CONFIRMS | Capability.READ_BACK
    options = frozenset({"channels"})

    def __init__(self, session: Session, channels: Mapping[str, int]) -> None:
        super().__init__(session)
        for role in channels:
            _check_role(session.name, role)
        if len(set(channels.values())) < len(channels):
            raise InputError(f"{session.name}: two roles share one channel in {dict(channels)}")
        self._channels = dict(channels)
        self._last = dict.fromkeys(channels, False)

    @property
    def roles(self) -> frozenset[str]:
        """The roles that are wired on this rig."""
        return frozenset(self._channels)

    def close(self, role: str) -> None:
        """Close one relay.

        Raises:
            InstrumentError: refused, or reads back as open.
            InputError: an unknown role, or one that is not wired.
        """
        self._move(role, closed=True)

    def open(self, role: str) -> None:
        """Open one relay.

        Raises:
            InstrumentError: refused, or reads back as closed.
            InputError: an unknown role, or one that is not wired.
        """
        self._move(role, closed=False)

    def closed(self, role: str) -> bool:
        """Whether a relay reads as closed.

        Raises:
            InstrumentError: no answer, or neither open nor closed.
            InputError: an unknown role, or one that is not wired.
        """
        return self._ask_switch(f"ROUT:CLOS? (@{self._channel(role)})")

    def open_all(self) -> None:
        """Open every wired relay, whatever went wrong before.

        Raises:
            InstrumentError: no answer, or a relay still reads as closed; it is named.
        """
        if not self._channels:
            return
        listed = ",".join(str(channel) for channel in self._channels.values())
        command = f"ROUT:OPEN (@{listed});*OPC?;:ROUT:CLOS? (@{listed})"
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

    def _move(self, role: str, *, closed: bool) -> None:
        channel = self._channel(role)
        command = f"ROUT:{'CLOS' if closed else 'OPEN'} (@{channel})"
        (state,) = self._session.apply(command, f"ROUT:CLOS? (@{channel})")
        self._check_switch(command, state, closed)
        self._note(role, closed=closed)

    def _note(self, role: str, *, closed: bool) -> None:
        journal = self._session.journal
        if journal is not None and self._last[role] is not closed:
            journal.event("relay", self.name, role=role, closed=closed)
        self._last[role] = closed

    def _channel(self, role: str) -> int:
        _check_role(self.name, role)
        if role not in self._channels:
            wired = ", ".join(sorted(self._channels)) or "none"
            raise InputError(f"{self.name}: relay {role!r} is not wired on this rig; wired: {wired}")
        return self._channels[role]


def _check_role(name: str, role: str) -> None:
    if role not in RELAY_ROLES:
        raise InputError(f"{name}: unknown relay role {role!r}; known: {', '.join(RELAY_ROLES)}")
