"""A scheme: what the switches of one make mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.addressing.setting import Reading

Dip = tuple[bool, ...]
"""Switches from 1 on, True for a value of 1."""


class Place(NamedTuple):
    """Where a pack stands, as far as its switches depend on it.

    Attributes:
        position: in its chain; 1 is the master's.
        packs: in that chain.
        port_0: whether a cable is in the port that leads to the pack before.
        group: number of the chain behind a hub, from 1 on; 0 for a single group.
    """

    position: int
    packs: int
    port_0: bool
    group: int = 0


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the switches of one make mean.

    Attributes:
        name: as written in rig files.
        switches: how many there are.
        read: from the switches and the place of a pack to what they say.
        usual: from the place of a pack to how its switches should stand, as a value of ``switches`` bits with
            switch 1 lowest.
        source: who says so.
        reversed: whether DOWN on the panel is 0 because the block is mounted upside down.
        first: address that the chain gives to its first pack; the others follow. None where switches set it.
    """

    name: str
    switches: int
    read: Callable[[Dip, Place], Reading]
    usual: Callable[[Place], int]
    source: str
    reversed: bool = False
    first: int | None = None

    def dip(self, digits: str | None, place: Place) -> Dip:
        """Switches as a rig file writes them: "0100"; None for what the place asks for.

        Raises:
            InputError: another number of switches, or other digits.
        """
        if digits is None:
            value = self.usual(place)
            return tuple(bool(value >> bit & 1) for bit in range(self.switches))
        self.check(digits)
        return tuple(one == "1" for one in digits)

    def check(self, digits: str) -> None:
        """Refuse another number of switches, or other digits.

        Raises:
            InputError: one line that says how many there are.
        """
        if len(digits) != self.switches or set(digits) - {"0", "1"}:
            raise InputError(f"switches {digits!r}: {self.name} has {self.switches}, write 0 or 1 for each")

    def panel(self, dip: Dip) -> str:
        """How the switches stand for somebody in front of them: "DOWN UP DOWN DOWN", or "off on off off"."""
        words = ("DOWN", "UP") if self.reversed else ("off", "on")
        return " ".join(words[one] for one in dip)


def binary(dip: Dip) -> int:
    """The number that switches make, the first one lowest."""
    return sum(1 << bit for bit, one in enumerate(dip) if one)
