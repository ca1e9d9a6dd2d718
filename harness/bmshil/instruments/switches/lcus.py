"""The LCUS relay boards with a CH340."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.instruments.byte_instrument import ByteInstrument
from bmshil.instruments.roles import Capability
from bmshil.instruments.switches.board import RelayBoard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bmshil.instruments.byte_session import ByteSession

START = 0xA0


class LcusRelays(RelayBoard, ByteInstrument):
    """Relays over four bytes: ``A0 n 01 sum`` closes, ``A0 n 00 sum`` opens. Nothing is ever answered.

    So nobody knows whether the board has heard, has power, or is there at all: verify by the effect. It
    reads as what it was last told. A relay that this session has told nothing yet may stand either way: it
    is opened before anything is said about it. Without an answer it is refused on simulated time. As the
    permit it does not open by itself.

    Args:
        session: open session; owned from now on.
        channels: channel number of each role that is wired, from 1.

    Raises:
        InputError: an unknown role, two roles on one channel, or a channel that no such board has.

    Source: the maker's page: 9600 8N1, ``A0 01 01 A2`` and ``A0 01 00 A1``; the last byte is the sum of the
    others.
    """

    maker = "LC Technology"
    models = "LCUS-1 and its sisters"
    verified = "maker's protocol description of the one-channel board"
    unverified = ("boards with several channels",)
    capabilities = Capability.NONE

    def __init__(self, session: ByteSession, channels: Mapping[str, int]) -> None:
        ByteInstrument.__init__(self, session)
        RelayBoard.__init__(self, session, channels, range(1, 9))
        self._told: dict[int, bool] = {}

    def _drive(self, channel: int, closed: bool) -> None:
        message = bytes((START, channel, closed))
        self._session.tell(message + bytes((sum(message) & 0xFF,)))
        self._told[channel] = closed

    def _driven(self, channel: int) -> bool:
        if channel not in self._told:
            self._drive(channel, closed=False)
        return self._told[channel]
