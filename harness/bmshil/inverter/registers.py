"""Registers of a read-back: where a device tells over Modbus what it believes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value behind one or two 16-bit registers.

    Attributes:
        address: of the first register, counted from 0.
        scale: physical value = raw value x scale.
        signed: whether the raw value is in two's complement.
        words: 1, or 2 for 32 bits with the high word first.
        table: input registers (function 4) or holding registers (function 3).
    """

    address: int
    scale: float = 1.0
    signed: bool = False
    words: Literal[1, 2] = 1
    table: Literal["input", "holding"] = "input"

    def __post_init__(self) -> None:
        """Refuse addresses that Modbus does not have."""
        if not 0 <= self.address <= 0x10000 - self.words:
            raise ValueError(f"register address {self.address} is outside 0..65535")

    def value(self, words: list[int]) -> float:
        """Physical value of the raw ``words``."""
        raw = 0
        for word in words:
            raw = raw << 16 | word
        bits = 16 * self.words
        if self.signed and raw >> (bits - 1):
            raw -= 1 << bits
        return raw * self.scale


COUNTED = frozenset({"alarm", "packs", "state"})
"""What a device tells in whole numbers, so that nothing is rounded."""


def rounding(name: str, register: Register) -> float:
    """Expanded uncertainty of what a device tells in a register: half a step; none where it counts."""
    return 0.0 if name in COUNTED else register.scale / 2


Address = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]


class Writes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Holding registers that take commands, each by writing 1; None for what the device has not.

    The bench never gives such a command with an authorisation: it asks whether it is refused without one.

    Attributes:
        clear_alarms: clears alarms and the stop after a loss.
        force_charge: charges whatever the batteries allow.
        code: takes the access code that authorises a connection.
    """

    clear_alarms: Address | None = None
    force_charge: Address | None = None
    code: Address | None = None

    def commands(self) -> dict[str, int]:
        """Addresses of those that are dangerous, by name."""
        places = {"clear_alarms": self.clear_alarms, "force_charge": self.force_charge}
        return {name: place for name, place in places.items() if place is not None}


class Registers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a device tells, by fixed names; None for what it does not tell.

    Attributes:
        unit: Modbus unit identifier of the device.
        cvl: charge voltage limit that it follows, V.
        ccl: charge current limit that it follows, A.
        dcl: discharge current limit that it follows, A.
        soc: state of charge that it shows, 0..1.
        capacity: capacity that it counts with, Ah.
        alarm: 0 without an alarm, else any number.
        packs: how many batteries it sees.
        voltage: its own measurement of the DC voltage, V.
        current: its own measurement of the battery current, A, positive into the battery.
        temperature: battery temperature that it shows, degC.
        state: number of the state that it is in.
        running: numbers of ``state`` that mean that it works with its batteries.
        writes: registers that take commands.
    """

    unit: int = 1
    cvl: Register | None = None
    ccl: Register | None = None
    dcl: Register | None = None
    soc: Register | None = None
    capacity: Register | None = None
    alarm: Register | None = None
    packs: Register | None = None
    voltage: Register | None = None
    current: Register | None = None
    temperature: Register | None = None
    state: Register | None = None
    running: tuple[int, ...] = ()
    writes: Writes = Writes()

    def __post_init__(self) -> None:
        """Refuse a state that nobody can read."""
        if (self.state is None) != (not self.running):
            raise ValueError(
                "state and running belong together: which numbers of the state mean that it works"
            )

    def declared(self) -> dict[str, Register]:
        """The registers that the device has, by name."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in values.items() if isinstance(value, Register)}
