"""What a device declares that asks its batteries over RS485: the key ``serial`` of a profile."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0)]
Address = Annotated[int, msgspec.Meta(ge=0, le=255)]


class Polls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a device asks its batteries.

    Attributes:
        protocol: what it asks: pylontech-system, 0x61 to 0x63 of one that speaks for all; pylontech-pack,
            0x42 and 0x92 of each pack; growatt-1xsxxp or voltronic-bms485, registers over Modbus RTU.
        baud: bit/s.
        addresses: that it asks; where one speaks for all, those at which it looks for that one.
        interval: from one question to the next, s.
        timeout: after which it no longer waits for an answer, s.
    """

    protocol: Literal["pylontech-system", "pylontech-pack", "growatt-1xsxxp", "voltronic-bms485"]
    addresses: Annotated[tuple[Address, ...], msgspec.Meta(min_length=1)]
    baud: Annotated[int, msgspec.Meta(gt=0)] = 9600
    interval: Positive = 0.3
    timeout: Positive = 0.5

    @property
    def ascii(self) -> bool:
        """Whether it asks in frames of ASCII characters, instead of for registers."""
        return self.protocol.startswith("pylontech")

    @property
    def one_speaker(self) -> bool:
        """Whether one battery speaks for all, so that the addresses are places to look for it."""
        return self.protocol == "pylontech-system"
