"""Return codes, and what is wrong with a frame."""

from __future__ import annotations

from enum import IntEnum

from bmshil.errors import InputError


class Rtn(IntEnum):
    """What a reply carries in the place of the command.

    Source: Pylontech RS485 protocol V2.8 2016-12-16 and V3.3 2018-08-21.
    """

    NORMAL = 0x00
    VER = 0x01
    CHKSUM = 0x02
    LCHKSUM = 0x03
    CID2 = 0x04
    FORMAT = 0x05
    INFO = 0x06
    ADR = 0x90
    INTERNAL = 0x91


class FrameFault(InputError):  # noqa: N818 - what every receiver meets, not a defect of the program
    """A frame that cannot be accepted.

    Args:
        message: one line.
        rtn: the return code that a battery answers with.

    Attributes:
        rtn: as given.
    """

    def __init__(self, message: str, rtn: Rtn = Rtn.FORMAT) -> None:
        super().__init__(message)
        self.rtn = rtn
