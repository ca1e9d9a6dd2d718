"""A battery that answers an inverter in Voltronic's RS485 dialect: any pack answers for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bmshil.bms.rs485.modbus_slave import TURNAROUND, ModbusSlave, Shown
from bmshil.dialects import voltronic_rs485
from bmshil.dialects.modbus import READ_ONLY, Registers, Request, nobody
from bmshil.dialects.voltronic_aggregate import aggregate
from bmshil.dialects.voltronic_rs485 import COMMON

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.multidrop import Multidrop
    from bmshil.dialects.modbus import Tell
    from bmshil.dialects.pack_data import PackData


class VoltronicSlave(ModbusSlave):
    """One pack with an address of its own, which also answers at the address that all packs have in common.

    At the common address it tells the values of all, at its own those of itself. The document does not say
    who answers when two packs are wired to an inverter: then both do, and their answers meet.

    Args:
        line: where it hangs; it attaches itself.
        packs: gives what the packs tell now, the own one first; empty for silence.
        own: its own address, 2 and above; None where it has none.
        delay: from request to reply, s.
        tell: is called for each value that does not fit.

    Source: Voltronic Inverter and BMS 485 communication protocol 2020-12-02.
    """

    def __init__(
        self,
        line: Multidrop,
        packs: Callable[[], Sequence[PackData]],
        *,
        own: int | None = None,
        delay: float = TURNAROUND,
        tell: Tell = nobody,
    ) -> None:
        self._packs = packs
        self._tell = tell
        super().__init__(
            line,
            {COMMON} if own is None else {COMMON, own},
            self._all,
            functions=READ_ONLY,
            reply=voltronic_rs485.read_reply,
            delay=delay,
        )

    def say(self, request: Request, registers: Registers) -> None:
        """Answer one request, at the own address with the own values."""
        packs = self._packs()
        own = request.device != COMMON and packs
        super().say(request, self._registers_of(packs[0]) if own else registers)

    def _all(self) -> Registers | None:
        packs = self._packs()
        return self._registers_of(aggregate(packs)) if packs else None

    def _registers_of(self, pack: PackData) -> Registers:
        return Shown(voltronic_rs485.encode(pack, self._tell))
