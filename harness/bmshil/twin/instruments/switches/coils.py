"""The outputs of a relay board, whatever language it speaks."""

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.faults import Faults


class Coils:
    """The outputs of a board, with what can be wrong with them.

    Args:
        contacts: what they move. Channels without a contact may be switched all the same.
        count: how many outputs the board has.
        faults: of the board.
    """

    def __init__(self, contacts: Contacts, count: int, faults: Faults) -> None:
        self._contacts = contacts
        self._faults = faults
        self._loose = dict.fromkeys(set(range(1, count + 1)) - set(contacts.channels), False)
        self._frozen: dict[int, bool] = {}

    def known(self, channel: int) -> bool:
        """Whether the board has such an output."""
        return channel in self._loose or channel in self._contacts.channels

    def drive(self, channel: int, closed: bool) -> None:
        """Switch an output."""
        if self._ignored(closed):
            return
        if channel in self._loose:
            self._loose[channel] = closed
        else:
            self._contacts.drive(channel, closed)

    def drive_for(self, channel: int, seconds: float) -> None:
        """Switch an output on for a time; one without a contact keeps no time."""
        if channel not in self._loose and not self._ignored(True):
            self._contacts.drive_for(channel, seconds)

    def driven(self, channel: int) -> bool:
        """What the board tells of an output."""
        if not self._faults.stuck or channel not in self._frozen:
            loose = self._loose.get(channel)
            self._frozen[channel] = self._contacts.driven(channel) if loose is None else loose
        return self._frozen[channel]

    def _ignored(self, closed: bool) -> bool:
        return self._faults.refuses_output if closed else self._faults.stays_on
