"""The answering half of a slave on the link between the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.rs485.pack_data import pack_data
from bmshil.bms.rs485.pylontech_slave import PylontechSlave

if TYPE_CHECKING:
    from bmshil.bms.multidrop import Multidrop
    from bmshil.bms.node import Node
    from bmshil.timeline import Nanoseconds

THINKS = 0.02
"""From the end of a question to the first byte of the answer, s. A US2000 Plus needs 0.07 s towards a host;
how long between packs is not known."""

DIFFERS = 0.0003
"""How much later the next pack answers, s: no two boards are equally fast. Else equal answers of two packs
under one address would pass for one. It is the time of three bytes at 115200 bit/s."""


class Slave(PylontechSlave):
    """Answers for one pack as long as it is powered, in the protocol of Pylontech.

    On this link whole messages arrive, and most are for others: those it drops by the two characters of their
    address.

    Args:
        line: the link.
        node: the pack.
        address: on the link; may be changed at any time.
    """

    def __init__(self, line: Multidrop, node: Node, address: int) -> None:
        super().__init__(
            line,
            lambda: [None if node.told is None else pack_data(node)],
            address=address,
            delay=THINKS + DIFFERS * (node.number % 16),
        )

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """Take in one message."""
        if data[3:5] == b"%02X" % self.address:
            super().hear(when, data)
