"""Over which serial lines the bank speaks: the key ``serial`` of a rig file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from bmshil.rig.part import TWIN, Part


class SerialChannel(Part, frozen=True):
    """One serial line, RS485 in most cases.

    Attributes:
        device: as the system names it, a path or a URL of pyserial; twin for the twin's line.
        dialect: what is spoken on it; a name of ``dialects.serial_names()``.
        baud: bit/s; None for what the dialect uses.
        replies_from: the address in a reply: that of the request, or the pack's own; both exist in the field.
        isolated: whether the adapter is galvanically isolated from the computer; None when nobody has said.
        waiver: who allows an adapter that is not isolated, when and why.
    """

    device: str
    dialect: str = "pylontech-rs485"
    baud: Annotated[int, msgspec.Meta(gt=0)] | None = None
    replies_from: Literal["request", "own"] = "request"
    isolated: bool | None = None
    waiver: str | None = None

    @property
    def twin(self) -> bool:
        """Whether this is the twin's line."""
        return self.device == TWIN


class Serials(Part, frozen=True):
    """Serial lines by role.

    Attributes:
        emulator: plays the bank to an inverter that asks over RS485.
    """

    emulator: SerialChannel | None = None
