"""The answering half of a slave on the link between the packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.dialects.pack_data import PackData
from bmshil.dialects.pylontech_rs485 import Command, alarms, analog, frame, management, parse
from bmshil.errors import BmsHilError

if TYPE_CHECKING:
    from bmshil.bms.multidrop import Multidrop
    from bmshil.bms.node import Node
    from bmshil.dialects import Report
    from bmshil.timeline import Nanoseconds

THINKS = 0.02
"""From the end of a question to the first byte of the answer, s."""


class Slave:
    """A station that answers what a master asks.

    Args:
        line: the link.
        node: the pack.
        address: on the link.

    Attributes:
        address: may be changed at any time.
    """

    def __init__(self, line: Multidrop, node: Node, address: int) -> None:
        self.address = address
        self._line = line
        self._node = node
        line.attach(self)

    def hear(self, _when: Nanoseconds, data: bytes) -> None:
        """Answer a question that is for this pack, as long as it is powered."""
        if data[3:5] != b"%02X" % self.address:
            return
        told = self._node.told
        if told is None:
            return
        try:
            asked = parse(data)
        except BmsHilError:
            return
        info = self._answer(asked.cid2, told)
        if info:
            self._line.send(self, frame(self.address, 0, info), after=THINKS)

    def _answer(self, command: int, told: Report) -> bytes:
        if command == Command.MANAGEMENT:
            return management.encode(management.Management.of(told), self.address)
        cells = self._node.pack.module.cells
        mean = told.voltage / cells
        pack = PackData(
            self._node.number,
            told,
            (told.cell_max, *(mean,) * (cells - 2), told.cell_min),
            (told.temperature,) * 5,
            told.soc * told.capacity,
        )
        if command == Command.ANALOG:
            return analog.encode([analog.PackAnalog.of(pack)], self.address)
        if command == Command.ALARMS:
            return alarms.encode([alarms.PackAlarms.of(pack)], self.address)
        return b""
