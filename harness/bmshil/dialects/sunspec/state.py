"""What a SunSpec device tells of a bank, in physical units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bmshil.dialects.pack_data import PackData
    from bmshil.dialects.report import Report


@dataclass(frozen=True, slots=True)
class StringState:
    """One string, which is one pack.

    Attributes:
        pack: what it tells; None when nothing is heard of it.
        connected: its contactor is closed.
        enabled: it may be connected.
    """

    pack: PackData | None
    connected: bool
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class BankState:
    """The whole bank.

    Attributes:
        report: of all packs as one; None when nothing is heard of any.
        strings: in the order of their packs.
        heartbeat: counts seconds.
        controller: the heartbeat that a controller has written last.
        remote: a controller may give commands.
        set_operation: what SetOp was told last: 1 connect, 2 disconnect.
        inverter: what SetInvState was told last: 1 stopped, 2 standby, 3 started.
    """

    report: Report | None
    strings: tuple[StringState, ...]
    heartbeat: int = 0
    controller: int = 0
    remote: bool = False
    set_operation: int = 1
    inverter: int = 3
