"""What moved switches and cables do to the nodes of a bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.faults import Duplicate
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bmshil.bms.addressing.setting import Setting
    from bmshil.bms.faults import FaultHandle
    from bmshil.bms.node import Node, Voice
    from bmshil.dialects import Report


def silence(_own: Report) -> None:
    """The voice of a pack that is not on the bus."""


def speak_as_wired(
    nodes: Iterable[Node], settings: Mapping[int, Setting], voices: Mapping[int, Voice]
) -> None:
    """Give each node its voice where one speaks for the bank.

    Args:
        nodes: of the bank.
        settings: what each is, by number.
        voices: of those that speak for others while they are masters, by number; the rest say their own.
    """
    for node in nodes:
        setting = settings[node.number]
        if not setting.speaks:
            node.voice = silence
        else:
            node.voice = voices.get(node.number) if setting.master else None


class Impostors:
    """Lets packs of a parallel bank speak with the identifiers that their addresses give them.

    Args:
        usual: the address that each pack should have, by its number.
    """

    def __init__(self, usual: Mapping[int, int | None]) -> None:
        self._owners = {address: number for number, address in usual.items() if address is not None}
        self._on: dict[int, FaultHandle] = {}

    def follow(self, nodes: Iterable[Node], settings: Mapping[int, Setting]) -> None:
        """Take over new addresses; a pack without a cable in its CAN port is silent.

        Raises:
            InputError: an address for which the bank has no identifiers.
        """
        wanted = {number: self._owner(one) for number, one in settings.items()}
        for node in nodes:
            handle = self._on.pop(node.number, None)
            if handle is not None:
                handle.off()
            if wanted[node.number] != node.number:
                self._on[node.number] = node.faults.on(Duplicate(of=wanted[node.number]))
            node.voice = None if settings[node.number].speaks else silence

    def _owner(self, setting: Setting) -> int:
        if setting.address is None:
            return setting.number
        if setting.address not in self._owners:
            raise InputError(
                f"pack {setting.number} has address {setting.address}, and this bank has identifiers for "
                f"{', '.join(str(one) for one in sorted(self._owners))}"
            )
        return self._owners[setting.address]
