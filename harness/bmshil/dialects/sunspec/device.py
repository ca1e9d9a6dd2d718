"""All models of a bank one behind the other, as registers, and where the points stand that take commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bmshil.dialects.modbus import Tell, nobody
from bmshil.dialects.sunspec import battery, common, lithium_bank

if TYPE_CHECKING:
    from bmshil.dialects.sunspec.state import BankState

BASE = 40_000
MARKER = b"SunS"
END = bytes.fromhex("FFFF 0000")

_COMMON = BASE + len(MARKER) // 2
_BATTERY = _COMMON + common.LAYOUT.size // 2
_LITHIUM = _BATTERY + battery.LAYOUT.size // 2
_STRINGS = _LITHIUM + lithium_bank.FIXED

Command = Literal["CtrlHb", "AlmRst", "SetOp", "SetInvState", "StrSetEna", "StrSetCon"]

_OF_BANK: dict[int, Command] = {19: "CtrlHb", 20: "AlmRst", 50: "SetOp", 51: "SetInvState"}
_OF_STRING: dict[int, Command] = {28: "StrSetEna", 29: "StrSetCon"}

VALUES: dict[Command, tuple[int, ...]] = {
    "AlmRst": (0, 1),
    "SetOp": (1, 2),
    "SetInvState": (1, 2, 3),
    "StrSetEna": (1, 2),
    "StrSetCon": (1, 2),
}
"""What may be written; CtrlHb takes any number."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point that takes commands.

    Attributes:
        point: its name.
        string: number of the string, 1..n; None for the whole bank.
    """

    point: Command
    string: int | None = None


def place_of(address: int, strings: int) -> Place | None:
    """Return what stands at an address and takes commands; None for everything else."""
    if address < _LITHIUM:
        point = _OF_BANK.get(address - _BATTERY)
        return None if point is None else Place(point)
    number, offset = divmod(address - _STRINGS, lithium_bank.EACH)
    point = _OF_STRING.get(offset)
    return Place(point, number + 1) if point is not None and 0 <= number < strings else None


def image(bank: BankState, *, serial: str, device: int, version: str, tell: Tell = nobody) -> bytes:
    """Return the registers from 40000 on: marker, models 1, 802 and 803, end.

    Args:
        bank: what is told.
        serial: of the device.
        device: its Modbus unit.
        version: of its firmware.
        tell: is called for each value that does not fit.
    """
    identity = common.values("bmshil", "emulated bank", version, serial, device)
    strings = (lithium_bank.string_values(one) for one in bank.strings)
    return b"".join(
        (
            MARKER,
            common.LAYOUT.encode(identity, tell=tell),
            battery.LAYOUT.encode(battery.values(bank), tell=tell),
            lithium_bank.BANK.encode(lithium_bank.values(bank), tell=tell),
            *(lithium_bank.STRING.encode(string, tell=tell) for string in strings),
            END,
        )
    )
