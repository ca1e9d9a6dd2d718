"""A battery that answers an inverter in Growatt's RS485 dialect: the box, at device address 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.rs485.modbus_slave import TURNAROUND, ModbusSlave, Shown
from bmshil.dialects import growatt_rs485
from bmshil.dialects.growatt_rs485 import BOX, GREETINGS, HANDSHAKE
from bmshil.dialects.modbus import READ_AND_WRITE_SEVERAL, Reason, Refusal, Registers, nobody
from bmshil.timeline import to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.multidrop import Multidrop
    from bmshil.dialects.modbus import Tell
    from bmshil.dialects.pack_data import PackData
    from bmshil.timeline import Nanoseconds


class GrowattSlave(ModbusSlave):
    """One pack, or a bank that one speaks for.

    Args:
        line: where it hangs; it attaches itself.
        pack: gives what it speaks for now; None for silence.
        device: its address.
        delay: from request to reply, s.
        tell: is called for each value that does not fit.

    Attributes:
        greeted: when an inverter has last written its greeting, s on the timeline; None for never.

    Source: Growatt BMS RS485 Protocol 1xSxxP ESS V2.02.
    """

    def __init__(
        self,
        line: Multidrop,
        pack: Callable[[], PackData | None],
        *,
        device: int = BOX,
        delay: float = TURNAROUND,
        tell: Tell = nobody,
    ) -> None:
        self.greeted: float | None = None
        self._pack = pack
        self._tell = tell
        self._now = 0.0
        super().__init__(line, {device}, self._shown, functions=READ_AND_WRITE_SEVERAL, delay=delay)

    def hear(self, when: Nanoseconds, data: bytes) -> None:
        """Take in bytes from the line, on the timeline."""
        self._now = to_seconds(when)
        super().hear(when, data)

    def _shown(self) -> Registers | None:
        pack = self._pack()
        if pack is None:
            return None
        return Shown([growatt_rs485.encode(pack, tell=self._tell)], self._take)

    def _take(self, address: int, words: Sequence[int]) -> None:
        if address != HANDSHAKE or len(words) != 1:
            raise Refusal(f"register {address:#06x} cannot be written", Reason.ADDRESS)
        if words[0] not in GREETINGS:
            raise Refusal(f"{words[0]:#06x} is no greeting", Reason.VALUE)
        self.greeted = self._now
