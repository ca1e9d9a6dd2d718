"""What the relay boards without SCPI have in common: they stand on a serial line and speak in bytes."""

from collections.abc import Callable
from typing import ClassVar

from bmshil.twin.instruments.contacts import Contacts
from bmshil.twin.instruments.faults import Faults
from bmshil.twin.instruments.switches.coils import Coils
from bmshil.twin.server import Conversation


class BinaryBoard:
    """A relay board on a serial line.

    Attributes:
        faults: what is wrong with it.
    """

    serial: ClassVar[bool] = True

    def __init__(self, contacts: Contacts, count: int, converse: Callable[[Coils], Conversation]) -> None:
        self.faults = Faults()
        self._coils = Coils(contacts, count, self.faults)
        self._converse = converse

    def converse(self) -> Conversation:
        """Begin to talk with one client."""
        return self._converse(self._coils)
