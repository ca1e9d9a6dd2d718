"""Who answers an inverter for a whole bank, in the dialects that are Modbus underneath."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bmshil.bms.rs485.growatt_slave import GrowattSlave
from bmshil.bms.rs485.jk_slave import JkSlave
from bmshil.bms.rs485.modbus_slave import TURNAROUND, ModbusSlave
from bmshil.bms.rs485.voltronic_slave import VoltronicSlave
from bmshil.dialects.modbus import nobody
from bmshil.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bmshil.bms.multidrop import Multidrop
    from bmshil.dialects import Report
    from bmshil.dialects.modbus import Tell
    from bmshil.dialects.pack_data import PackData

MODBUS_DIALECTS = ("jk-modbus", "growatt-rs485", "voltronic-rs485")

ADDRESS = 1
"""At which all of them answer an inverter."""


def slave_of_bank(
    dialect: str,
    line: Multidrop,
    packs: Callable[[], Sequence[PackData]],
    report: Callable[[], Report],
    *,
    delay: float = TURNAROUND,
    tell: Tell = nobody,
) -> ModbusSlave:
    """Put a station on a line that answers for a bank.

    With ``growatt-rs485`` and ``jk-modbus`` the first pack tells its own cells and the report of the bank;
    with ``voltronic-rs485`` the document of the dialect says how packs become one, and the report is not
    asked for.

    Args:
        dialect: a name of ``dialects.serial_names()``, other than Pylontech's.
        line: where it hangs.
        packs: gives what the packs tell now; empty for silence.
        report: gives what is said of the bank; asked only when there are packs.
        delay: from request to reply, s.
        tell: is called for each value that does not fit.

    Raises:
        InputError: another dialect.
    """

    def whole() -> PackData | None:
        said = packs()
        if not said:
            return None
        return replace(said[0], report=report(), remaining=sum(pack.remaining for pack in said))

    match dialect:
        case "jk-modbus":
            return JkSlave(line, whole, address=ADDRESS, delay=delay, tell=tell)
        case "growatt-rs485":
            return GrowattSlave(line, whole, delay=delay, tell=tell)
        case "voltronic-rs485":
            return VoltronicSlave(line, packs, delay=delay, tell=tell)
    raise InputError(f"{dialect!r} is no dialect over Modbus: take one of {', '.join(MODBUS_DIALECTS)}")
