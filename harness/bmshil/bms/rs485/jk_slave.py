"""A JK PB on RS485: register map and long frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bmshil.bms.rs485.modbus_slave import TURNAROUND, ModbusSlave, Shown
from bmshil.dialects import jk_modbus
from bmshil.dialects.modbus import READ_AND_WRITE_SEVERAL, Function, Registers, Request, nobody, write_reply
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bmshil.bms.multidrop import Multidrop
    from bmshil.dialects.modbus import Tell
    from bmshil.dialects.pack_data import PackData

MASTER = 0
"""Address, by its switches, of the pack that asks the others."""

LAST = 15


class JkSlave(ModbusSlave):
    """One pack.

    It answers at its address, 1 to 15. The pack at address 0 is the master of the line between the packs: it
    answers nobody there. On its other port (UART1) firmware V19 does answer device 0, which standard Modbus
    has for messages to all.

    Nothing can be written but the registers that ask for a long frame: what an emulated pack allows is
    decided by its node.

    Args:
        line: where it hangs; it attaches itself.
        pack: gives what the pack tells now; None for silence.
        address: 0 to 15.
        uart1: whether this is the port to an inverter, on which a master answers too.
        acknowledges: whether the acknowledgement comes before or after the long frame; firmware differs.
        delay: from request to reply, s.
        tell: is called for each value that does not fit.

    Raises:
        InputError: an address that its switches cannot show.

    Source: Jikong BMS RS485 Modbus V1.1; jean-luc1203/jkbms-rs485-addon#7, #31, #147 for the master.
    """

    def __init__(
        self,
        line: Multidrop,
        pack: Callable[[], PackData | None],
        *,
        address: int,
        uart1: bool = False,
        acknowledges: Literal["before", "after"] = "after",
        delay: float = TURNAROUND,
        tell: Tell = nobody,
    ) -> None:
        if not MASTER <= address <= LAST:
            raise InputError(f"JK address {address}: four switches show 0 to {LAST}")
        self.address = address
        self.acknowledges = acknowledges
        self._pack = pack
        self._tell = tell
        self._frames = 0
        devices = {address} if address != MASTER or uart1 else set()
        super().__init__(line, devices, self._shown, functions=READ_AND_WRITE_SEVERAL, delay=delay)

    def say(self, request: Request, registers: Registers) -> None:
        """Answer one request; a write that asks for a long frame with two messages."""
        kind = jk_modbus.TRIGGERS.get(request.address) if request.function == Function.WRITE else None
        pack = self._pack()
        if kind is None or request.count != 1 or len(request.words) != 1 or pack is None:
            super().say(request, registers)
            return
        frame = jk_modbus.encode(kind, pack, self.address, counter=self._frames, tell=self._tell)
        self._frames += 1
        both = [frame, write_reply(request)]
        for message in both if self.acknowledges == "after" else reversed(both):
            self.send(message)

    def _shown(self) -> Registers | None:
        pack = self._pack()
        return None if pack is None else Shown(jk_modbus.blocks(pack, self.address, self._tell))
