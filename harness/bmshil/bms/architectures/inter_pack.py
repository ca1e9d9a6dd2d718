"""What a master asks its slaves on the link between them: Pylontech's own RS485 protocol."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bmshil.dialects.pylontech_rs485 import Command, alarms, analog, management, request
from bmshil.errors import CodecError

if TYPE_CHECKING:
    from bmshil.dialects import PartialReport

FIRST_ADDRESS = 2
"""Address of the first pack of a group; those behind it on the link port have 3, 4 and so on."""

COMMANDS = (Command.ANALOG, Command.MANAGEMENT, Command.ALARMS)
"""Measured values, limits and permissions, alarms: all that a report needs but its SOH."""


@cache
def question(command: Command, address: int) -> bytes:
    """Return the bytes that ask one pack for one thing."""
    return request(command, address)


def read(command: Command, info: bytes) -> PartialReport:
    """Return what an answer says, in the words of a report.

    Raises:
        CodecError: it ends in the middle, is for another command, or speaks of several packs.
    """
    if command is Command.MANAGEMENT:
        return management.decode(info).report
    packs = (analog.decode(info) if command is Command.ANALOG else alarms.decode(info)).packs
    if len(packs) != 1:
        raise CodecError(f"answer to 0x{command:02X} speaks of {len(packs)} packs, one was asked")
    return packs[0].report
