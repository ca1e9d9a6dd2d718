"""What switches and cables make of one pack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Reading:
    """What the switches of one pack say by themselves; None where its scheme does not set that by switches.

    Attributes:
        address: on the link between packs.
        baud: of the RS485 port towards the inverter, bit/s.
        terminator: whether 120 ohm are across its CAN port.
        master: whether it takes itself for the master.
        group: behind a hub, 1 to 7; 0 for a single group.
        packs: how many packs the master is told to look for.
        unused: numbers of switches that are on and mean nothing.
    """

    address: int | None = None
    baud: int | None = None
    terminator: bool | None = None
    master: bool | None = None
    group: int = 0
    packs: int | None = None
    unused: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """What one pack of a bank is, after its switches and all cables.

    Attributes:
        number: of the pack, 1..n.
        role: master, slave, or peer in a bank of equals.
        under: number of the master that polls it; None for all but slaves that a master reaches.
        address: on the link between packs; None where the chain gives none.
        speaks: whether it is heard on the bus of the inverter.
        baud: of the RS485 port towards the inverter, bit/s; None where no switch sets it.
        terminator: whether 120 ohm are across its CAN port; None where no switch sets it.
        group: behind a hub, 1 to 7; 0 for a single group.
        head: number of the first pack that link cables join it to; 0 among peers.
    """

    number: int
    role: Literal["master", "slave", "peer"]
    under: int | None
    address: int | None
    speaks: bool
    baud: int | None
    terminator: bool | None
    group: int = 0
    head: int = 0

    @property
    def master(self) -> bool:
        """Whether it takes itself for the master."""
        return self.role == "master"

    @property
    def words(self) -> str:
        """In words, for a table: "slave of pack 1, address 3"."""
        of = "nobody" if self.under is None else f"pack {self.under}"
        parts = [f"slave of {of}" if self.role == "slave" else str(self.role)]
        if self.address is not None:
            parts.append(f"address {self.address}")
        if self.baud is not None:
            parts.append(f"{self.baud} bit/s")
        if self.terminator is not None:
            parts.append("120 ohm" if self.terminator else "no terminator")
        return ", ".join([*parts, "on the bus" if self.speaks else "silent"])
