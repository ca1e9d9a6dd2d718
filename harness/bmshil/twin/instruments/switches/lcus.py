"""An LCUS relay board: four bytes in, and never a word."""

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.switches.binary import BinaryBoard
from bmshil.twin.instruments.switches.coils import Coils

_START = b"\xa0"
_LENGTH = 4


class _Listening:
    """Looks for `A0 n 01 sum` or `A0 n 00 sum`; whatever else comes is passed over."""

    def __init__(self, coils: Coils) -> None:
        self._coils = coils

    def answer(self, received: bytearray) -> bytes:
        """Carry out all complete commands; there is no reply."""
        while (start := received.find(_START)) >= 0 and len(received) >= start + _LENGTH:
            _, channel, state, check = received[start : start + _LENGTH]
            good = check == (_START[0] + channel + state) & 0xFF and state in {0, 1}
            del received[: start + (_LENGTH if good else 1)]
            if good and self._coils.known(channel):
                self._coils.drive(channel, state == 1)
        return b""


class LcusBoard(BinaryBoard):
    """One with eight relays."""

    def __init__(self, contacts: Contacts) -> None:
        super().__init__(contacts, 8, _Listening)
