"""What all relay boards share: which channel has which role, what is written down, and the permit."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Protocol

from bmshil.errors import InputError, InstrumentError
from bmshil.instruments.roles import PERMIT, RELAY_ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.journal import Journal


class Line(Protocol):
    """What a board needs of whatever it speaks over."""

    name: str
    journal: Journal | None

    def error(self, command: str, cause: str) -> InstrumentError:
        """Write down that the board did wrong, and return the exception to raise."""


class RelayBoard(ABC):
    """Relays by role; or, on a board of its own, the permit: the relay that lets the main contactor close.

    Every change is an event "relay" in the journal. What is read back is what a board believes, not what a
    contact does: a welded contact reads as open. So what matters is verified by its effect as well: the
    current that stops, the voltage behind the contact.

    Args:
        line: what it speaks over.
        channels: channel number of each role that is wired; "permit" for the energise-to-run relay.
        known: numbers that this board has; None where the driver does not know.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that the board does not have.
    """

    options: ClassVar[frozenset[str]] = frozenset({"channels"})

    def __init__(self, line: Line, channels: Mapping[str, int], known: range | None = None) -> None:
        self._line = line
        for role, channel in channels.items():
            _check_role(line.name, role)
            if known is not None and channel not in known:
                has = f"{known[0]} to {known[-1]}"
                raise InputError(f"{line.name}: {role} is on channel {channel}, but the board has {has}")
        if len(set(channels.values())) < len(channels):
            raise InputError(f"{line.name}: two roles share one channel in {dict(channels)}")
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
        return self._driven(self._channel(role))

    def open_all(self) -> None:
        """Open every wired relay, whatever went wrong before.

        Raises:
            InstrumentError: what went wrong with each relay that may still be closed; it is named.
        """
        failed: list[str] = []
        for role in self._channels:
            try:
                self.open(role)
            except InstrumentError as error:  # the others come first
                failed.append(f"{role}: {error}")
        if failed:
            raise InstrumentError(f"{self._line.name}: may still be closed: {'; '.join(failed)}")

    def hold(self, seconds: float) -> None:  # noqa: ARG002 - a board with timed closures overrides this
        """Close the permit. This board cannot open by itself: whoever holds the permit has to open it.

        Args:
            seconds: how long it is wanted; nothing here ends with it.

        Raises:
            InstrumentError: refused, or reads back as open.
            InputError: no permit is wired to this board.
        """
        self.close(PERMIT)

    def held(self) -> bool:
        """Whether the permit reads as closed.

        Raises:
            InstrumentError: no answer, or neither open nor closed.
            InputError: no permit is wired to this board.
        """
        return self.closed(PERMIT)

    def off(self) -> None:
        """Open the permit now.

        Raises:
            InstrumentError: refused, or reads back as closed.
            InputError: no permit is wired to this board.
        """
        self.open(PERMIT)

    @abstractmethod
    def _drive(self, channel: int, closed: bool) -> None:
        """Switch a channel, and raise InstrumentError when it does not read back so."""

    @abstractmethod
    def _driven(self, channel: int) -> bool:
        """Whether a channel reads as closed."""

    def _move(self, role: str, *, closed: bool) -> None:
        self._drive(self._channel(role), closed)
        self._note(role, closed=closed)

    def _check(self, command: str, state: bool, wanted: bool) -> None:
        if state is not wanted:
            raise self._line.error(command, f"still reads {'closed' if state else 'open'}")

    def _note(self, role: str, *, closed: bool) -> None:
        journal = self._line.journal
        if journal is not None and self._last[role] is not closed:
            journal.event("relay", self._line.name, role=role, closed=closed)
        self._last[role] = closed

    def _channel(self, role: str) -> int:
        _check_role(self._line.name, role)
        if role not in self._channels:
            wired = ", ".join(sorted(self._channels)) or "none"
            raise InputError(f"{self._line.name}: relay {role!r} is not wired on this rig; wired: {wired}")
        return self._channels[role]


def _check_role(name: str, role: str) -> None:
    if role not in RELAY_ROLES and role != PERMIT:
        raise InputError(f"{name}: unknown relay role {role!r}; known: {', '.join((*RELAY_ROLES, PERMIT))}")
