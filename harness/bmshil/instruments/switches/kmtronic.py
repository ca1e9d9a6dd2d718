"""The KMTronic USB relay boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.instruments.roles import Capability
from bmshil.instruments.switches.board import RelayBoard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.byte_session import ByteSession

START, STATUS = 0xFF, 0x03


class KmtronicRelays(RelayBoard, ByteInstrument):
    """Relays over three bytes: ``FF n 01`` closes, ``FF n 00`` opens, ``FF n 03`` asks.

    A command has no answer, so each is followed by the question. What is read back is what the board
    believes: see :class:`RelayBoard`. As the permit it does not open by itself.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired, from 1.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that no such board has.

    Source: the maker's page: 9600 8N1, ``FF 01 01``, ``FF 01 00``, ``FF 01 03`` answered by ``FF 01 xx``.
    """

    maker = "KMTronic"
    models = "USB relay boards"
    verified = "maker's protocol description of the one-channel board"
    unverified = ("the state of channels above 1",)
    capabilities = Capability.CONFIRMS | Capability.READ_BACK

    def __init__(self, session: ByteSession, channels: Mapping[str, int]) -> None:
        ByteInstrument.__init__(self, session)
        RelayBoard.__init__(self, session, channels, range(1, 9))

    def _greet(self) -> None:
        self._driven(min(self._channels.values(), default=1))

    def _drive(self, channel: int, closed: bool) -> None:
        request = bytes((START, channel, closed))
        self._session.tell(request)
        self._check(request.hex(" ").upper(), self._driven(channel), closed)

    def _driven(self, channel: int) -> bool:
        request = bytes((START, channel, STATUS))
        reply = self._session.exchange(request, 3)
        if reply[:2] != request[:2] or reply[2] not in {0, 1}:
            raise self._session.refused(request, f"answered {reply.hex(' ').upper()}, which tells no state")
        return bool(reply[2])
