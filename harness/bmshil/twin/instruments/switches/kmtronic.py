"""A KMTronic relay board: three bytes in, and three out when it is asked."""

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.switches.binary import BinaryBoard
from bmshil.twin.instruments.switches.coils import Coils

_START = b"\xff"
_LENGTH = 3
_STATUS = 3


class _Listening:
    """Looks for `FF n 01`, `FF n 00` and `FF n 03`; whatever else comes is passed over."""

    def __init__(self, coils: Coils) -> None:
        self._coils = coils

    def answer(self, received: bytearray) -> bytes:
        """Carry out all complete commands; only a question for the state has a reply."""
        replies = b""
        while (start := received.find(_START)) >= 0 and len(received) >= start + _LENGTH:
            _, channel, what = received[start : start + _LENGTH]
            del received[: start + _LENGTH]
            if not self._coils.known(channel):
                continue
            if what == _STATUS:
                replies += bytes((_START[0], channel, self._coils.driven(channel)))
            elif what in {0, 1}:
                self._coils.drive(channel, what == 1)
        return replies


class KmtronicBoard(BinaryBoard):
    """One with eight relays."""

    def __init__(self, contacts: Contacts) -> None:
        super().__init__(contacts, 8, _Listening)
