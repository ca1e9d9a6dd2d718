"""A Keysight 34970A with actuators, used by somebody else before."""

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.engine import ScpiError
from bmshil.twin.instruments.switches.generic import Relays


class Keysight34970A(Relays):
    """A switch unit whose scan list still holds what was scanned last.

    As long as a channel of a module stands in that list, only one channel of the module may be closed. What
    it reads back is what it has told its relays, and no contact.
    """

    def __init__(self, contacts: Contacts) -> None:
        super().__init__(contacts)
        self._scanned = set(list(contacts.channels)[:1])
        self.query("SYSTem:ERRor[:NEXT]?", lambda _: self._oldest_error())
        self.setting("ROUTe:SCAN", self._scan)
        self.query("ROUTe:SCAN?", lambda _: self._tell_scan())

    @property
    def identity(self) -> str:
        """As its maker writes it."""
        return "HEWLETT-PACKARD,34970A,0,13-2-2"

    def reset(self) -> None:
        """Open all contacts, and scan nothing."""
        super().reset()
        self._scanned.clear()

    def _oldest_error(self) -> str:
        return self._errors.popleft() if self._errors else '+0,"No error"'

    def _scan(self, text: str) -> None:
        self._scanned = set() if text.replace(" ", "") == "(@)" else set(self._channels(text))

    def _tell_scan(self) -> str:
        listed = f"(@{','.join(str(channel) for channel in sorted(self._scanned))})"
        size = str(len(listed))
        return f"#{len(size)}{size}{listed}"

    def _move(self, text: str, closed: bool) -> None:
        if closed:
            for module in {channel // 100 for channel in self._scanned}:
                self._check_module(module, set(self._channels(text)))
        super()._move(text, closed)

    def _check_module(self, module: int, wanted: set[int]) -> None:
        present = {channel for channel in self._contacts.channels if self._contacts.driven(channel)}
        if len([channel for channel in wanted | present if channel // 100 == module]) > 1:
            raise ScpiError(-221, "Settings conflict")
