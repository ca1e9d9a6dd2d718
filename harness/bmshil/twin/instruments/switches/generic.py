"""A relay board in the manner of a 34903A: channels that are closed, opened and read back."""

import re

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.engine import Instrument, ScpiError, out_of_range
from bmshil.twin.instruments.switches.coils import Coils

_LIST = re.compile(r"\(@(\d+(?::\d+)?(?:,\d+(?::\d+)?)*)\)")


class Relays(Instrument):
    """Each channel is a contact with a role on the bench.

    Args:
        contacts: what its channels move.
    """

    def __init__(self, contacts: Contacts) -> None:
        super().__init__("RELAY-TWIN")
        self._contacts = contacts
        self._coils = Coils(contacts, 0, self.faults)
        self.setting("[ROUTe]:CLOSe", lambda text: self._move(text, True))
        self.setting("[ROUTe]:OPEN", lambda text: self._move(text, False))
        self.query("[ROUTe]:CLOSe?", lambda text: self._read(text, True))
        self.query("[ROUTe]:OPEN?", lambda text: self._read(text, False))

    def reset(self) -> None:
        """Open all contacts."""
        for channel in self._contacts.channels:
            self._coils.drive(channel, False)

    def _move(self, text: str, closed: bool) -> None:
        for channel in self._channels(text):
            self._coils.drive(channel, closed)

    def _read(self, text: str, closed: bool) -> str:
        return ",".join(str(int(self._coils.driven(channel) == closed)) for channel in self._channels(text))

    def _channels(self, text: str) -> list[int]:
        """Read a channel list such as (@1,3) or (@1:4)."""
        match = _LIST.fullmatch(text.replace(" ", ""))
        if match is None:
            raise ScpiError(-104, "Data type error") if text else ScpiError(-109, "Missing parameter")
        channels: list[int] = []
        for part in match[1].split(","):
            first, _, last = part.partition(":")
            channels += range(int(first), int(last or first) + 1)
        if not set(channels) <= set(self._contacts.channels):
            raise out_of_range()
        return channels
