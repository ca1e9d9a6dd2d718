"""The commands, and how they are asked."""

from __future__ import annotations

from enum import IntEnum

from bmshil.dialects.pylontech_rs485.frame import frame

ALL_PACKS = 0xFF
"""In the place of a pack's address: all packs of the group, for ANALOG and ALARMS only."""


class Command(IntEnum):
    """CID2 of a request.

    Source: Pylontech RS485 protocol V2.8 and V3.3; SYSTEM_* by the agreement of several public programs, as
    V3.5 defines them.
    """

    ANALOG = 0x42
    ALARMS = 0x44
    PARAMETERS = 0x47
    VERSION = 0x4F
    MAKER = 0x51
    SYSTEM_BASICS = 0x60
    SYSTEM_ANALOG = 0x61
    SYSTEM_ALARMS = 0x62
    SYSTEM_LIMITS = 0x63
    MANAGEMENT = 0x92
    SERIAL = 0x93
    SET = 0x94
    OFF = 0x95
    SOFTWARE = 0x96


OF_ONE_PACK = frozenset(
    {
        Command.ANALOG,
        Command.ALARMS,
        Command.MANAGEMENT,
        Command.SERIAL,
        Command.SET,
        Command.OFF,
        Command.SOFTWARE,
    }
)
"""Commands whose INFO begins with the address of the pack that is meant."""

OF_ALL_PACKS = frozenset({Command.ANALOG, Command.ALARMS})
"""Commands that may ask for all packs at once."""


def request(command: Command, adr: int, *, all_packs: bool = False) -> bytes:
    """Return the frame that asks; for ``Command.SET`` see ``set_points``.

    Args:
        command: what is asked.
        adr: of the pack, 2 for the first; group m adds 0x10 x m.
        all_packs: ask for all packs of the group, at the address of the first.
    """
    info = bytes([ALL_PACKS if all_packs else adr]) if command in OF_ONE_PACK else b""
    return frame(adr, command, info)
